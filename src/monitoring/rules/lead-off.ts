import { quality } from '../../telemetry/model.ts'
import { defineAlarmRule, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'lead-off',
  title: 'Lead off',
  kind: 'technical',
  priority: 'low',
  rationale:
    'The device says that its sensor is not on the patient. That is known sooner and more exactly than silence, so it rings first and hides the missing data that follow from it.',
  references: ['IEC 60601-2-27:2011, 201.12.4.101 (indication of disconnected leads)'],
  params: { delay: number('s', { default: 5, min: 0, max: 60 }) },
  when: { test: 'flagged', bit: quality.leadOff },
  sustainedFor: 'delay',
  onMissing: 'hold',
  inhibitedBy: ['device-offline'],
  cases: [
    {
      name: 'a lead that stays off is announced',
      shows: 'raise',
      series: '97x5 !x15',
      expect: [[10, 'raised']],
    },
    {
      name: 'the first good value ends it',
      shows: 'clear',
      series: '97x5 !x10 97x5',
      expect: [
        [10, 'raised'],
        [15, 'cleared'],
      ],
    },
    { name: 'a loose contact of a moment stays quiet', shows: 'brief', series: '97x5 !x5 97x20', expect: [] },
    {
      name: 'silence after it does not clear it',
      shows: 'missing',
      series: '97x5 !x10 .x10',
      expect: [[10, 'raised']],
    },
  ],
})
