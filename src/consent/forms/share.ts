import type { ConsentForm } from './form.ts'

export const share: readonly ConsentForm[] = [
  {
    id: 'share-with-person',
    category: 'patient-privacy',
    ruling: 'permit',
    purposes: ['TREAT'],
    asks: { who: 'person', classes: true, until: 'must' },
    versions: [
      {
        version: '2026-11',
        languages: {
          en: {
            title: 'Let one more clinician see',
            text: 'I want this person, who does not treat me at present, to see the kinds of data I choose, for example for a second opinion.',
            effect:
              'This person sees the chosen kinds of data until the day you name, also what is marked as sensitive among them. Nobody else sees more than before. You can take it back at any time.',
          },
          de: {
            title: 'Eine weitere Fachperson mitsehen lassen',
            text: 'Ich möchte, dass diese Person, die mich zurzeit nicht behandelt, die gewählten Arten von Daten sieht, zum Beispiel für eine zweite Meinung.',
            effect:
              'Diese Person sieht die gewählten Arten von Daten bis zu dem Tag, den Sie nennen, auch darunter als sensibel Gekennzeichnetes. Niemand sonst sieht mehr als vorher. Sie können es jederzeit zurücknehmen.',
          },
          ar: {
            title: 'السماح لمختص آخر بالاطلاع',
            text: 'أريد أن يرى هذا الشخص، وهو لا يعالجني حاليًا، أنواع البيانات التي أختارها، مثلًا لأخذ رأي ثانٍ.',
            effect:
              'يرى هذا الشخص الأنواع المختارة حتى اليوم الذي تحدده، بما فيها ما هو معلَّم بأنه حساس. ولا يرى أحد غيره أكثر من قبل. يمكنك سحب ذلك في أي وقت.',
          },
        },
      },
    ],
  },
]
