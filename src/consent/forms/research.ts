import type { ConsentForm } from './form.ts'

export const research: ConsentForm = {
  id: 'research',
  category: 'research',
  ruling: 'permit',
  purposes: ['HRESCH'],
  asks: { classes: true, until: 'may' },
  classes: [
    ...(['vital-signs', 'waveforms', 'glucose', 'activity', 'medication'] as const),
    ...(['laboratory', 'imaging', 'conditions', 'care'] as const),
  ],
  versions: [
    {
      version: '2026-11',
      languages: {
        en: {
          title: 'Give data for research',
          text: 'I agree that researchers may use the kinds of data I choose to learn how people can be treated better. They get them without my name, address or number. Giving is my free choice; my treatment is the same if I do not.',
          effect:
            'Research programs that this house works with will see these kinds of data, without who you are. What is marked as sensitive is never part of it. You can stop at any time: from then on nothing more is given. What was already worked into results stays there.',
        },
        de: {
          title: 'Daten für die Forschung geben',
          text: 'Ich bin einverstanden, dass Forschende die von mir gewählten Arten von Daten nutzen, um zu lernen, wie Menschen besser behandelt werden. Sie erhalten sie ohne meinen Namen, meine Anschrift oder Nummer. Ich entscheide frei; meine Behandlung ist dieselbe, wenn ich es nicht tue.',
          effect:
            'Forschungsprogramme, mit denen dieses Haus arbeitet, sehen diese Arten von Daten, ohne zu wissen, wer Sie sind. Als sensibel Gekennzeichnetes ist nie dabei. Sie können jederzeit aufhören: ab dann wird nichts mehr gegeben. Was schon in Ergebnisse einging, bleibt dort.',
        },
        ar: {
          title: 'إعطاء البيانات للبحث العلمي',
          text: 'أوافق على أن يستخدم الباحثون أنواع البيانات التي أختارها لتحسين علاج الناس. تصلهم من دون اسمي أو عنواني أو رقمي. القرار قراري الحر، وعلاجي لا يتغير إن لم أوافق.',
          effect:
            'سترى برامج البحث التي تعمل معها هذه المؤسسة هذه الأنواع من البيانات من دون معرفة هويتك. ولا يشمل ذلك أبدًا ما هو معلَّم بأنه حساس. يمكنك التوقف في أي وقت، ومن ذلك الحين لا يُعطى شيء جديد. أما ما دخل في نتائج سابقة فيبقى فيها.',
        },
      },
    },
  ],
}
