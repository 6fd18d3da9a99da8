import type { ConsentForm, Wording } from './form.ts'

const emergency = {
  en: 'In an emergency staff can still break the glass; you see that here, and the privacy officer reviews it.',
  de: 'Im Notfall kann das Personal die Sperre durchbrechen; Sie sehen es hier, und die Datenschutzstelle prüft es.',
  ar: 'في حالة الطوارئ يمكن للطاقم كسر الحاجز؛ سترى ذلك هنا وسيراجعه مسؤول الخصوصية.',
}

const form = (
  who: NonNullable<ConsentForm['asks']['who']>,
  words: Readonly<Record<'en' | 'de' | 'ar', Wording>>,
): ConsentForm => ({
  id: `keep-from-${who}`,
  category: 'patient-privacy',
  ruling: 'deny',
  asks: { who, classes: true, until: 'may' },
  versions: [{ version: '2026-11', languages: words }],
})

export const keepFrom: readonly ConsentForm[] = [
  form('person', {
    en: {
      title: 'Keep data from one person',
      text: 'I do not want this person to see the kinds of data I choose, even if they work where I am treated.',
      effect: `This person no longer sees these kinds of data, also on screens that are open now. Somebody else must look after them. ${emergency.en}`,
    },
    de: {
      title: 'Daten vor einer Person verbergen',
      text: 'Ich möchte nicht, dass diese Person die gewählten Arten von Daten sieht, auch wenn sie dort arbeitet, wo ich behandelt werde.',
      effect: `Diese Person sieht diese Arten von Daten nicht mehr, auch nicht auf gerade offenen Bildschirmen. Jemand anderes muss sich darum kümmern. ${emergency.de}`,
    },
    ar: {
      title: 'حجب البيانات عن شخص واحد',
      text: 'لا أريد أن يرى هذا الشخص أنواع البيانات التي أختارها، حتى إن كان يعمل حيث أُعالَج.',
      effect: `لن يرى هذا الشخص هذه الأنواع بعد الآن، حتى على الشاشات المفتوحة حاليًا. وعلى شخص آخر أن يتابعها. ${emergency.ar}`,
    },
  }),
  form('role', {
    en: {
      title: 'Keep data from a profession',
      text: 'I do not want people of this profession to see the kinds of data I choose.',
      effect: `Nobody of this profession sees these kinds of data any more, nor alarms about them. That can make care slower; talk about it with those who treat you. ${emergency.en}`,
    },
    de: {
      title: 'Daten vor einer Berufsgruppe verbergen',
      text: 'Ich möchte nicht, dass Menschen dieser Berufsgruppe die gewählten Arten von Daten sehen.',
      effect: `Niemand aus dieser Berufsgruppe sieht diese Arten von Daten mehr, auch keine Alarme dazu. Das kann die Versorgung verlangsamen; sprechen Sie mit denen darüber, die Sie behandeln. ${emergency.de}`,
    },
    ar: {
      title: 'حجب البيانات عن فئة مهنية',
      text: 'لا أريد أن يرى العاملون في هذه المهنة أنواع البيانات التي أختارها.',
      effect: `لن يرى أحد من هذه المهنة هذه الأنواع ولا الإنذارات المتعلقة بها. قد يبطئ ذلك رعايتك؛ تحدث عنه مع من يعالجونك. ${emergency.ar}`,
    },
  }),
  form('app', {
    en: {
      title: 'Keep data from an app or system',
      text: 'I do not want this app or system to get the kinds of data I choose.',
      effect:
        'This app or system gets these kinds of data no longer. What it was given before it may still have: ask whoever runs it.',
    },
    de: {
      title: 'Daten vor einer App oder einem System verbergen',
      text: 'Ich möchte nicht, dass diese App oder dieses System die gewählten Arten von Daten erhält.',
      effect:
        'Diese App oder dieses System erhält diese Arten von Daten nicht mehr. Was vorher weitergegeben wurde, kann dort noch sein: fragen Sie die Betreiber.',
    },
    ar: {
      title: 'حجب البيانات عن تطبيق أو نظام',
      text: 'لا أريد أن يحصل هذا التطبيق أو النظام على أنواع البيانات التي أختارها.',
      effect:
        'لن يحصل هذا التطبيق أو النظام على هذه الأنواع بعد الآن. أما ما أُعطي له سابقًا فقد يبقى لديه: اسأل من يديره.',
    },
  }),
  form('family', {
    en: {
      title: 'Keep data from family or a guardian',
      text: 'I do not want those who stand for me to see the kinds of data I choose.',
      effect:
        'Family or guardians with access to your record no longer see these kinds of data. Those who treat you still do.',
    },
    de: {
      title: 'Daten vor Angehörigen oder einer Vertretung verbergen',
      text: 'Ich möchte nicht, dass Menschen, die mich vertreten, die gewählten Arten von Daten sehen.',
      effect:
        'Angehörige oder Vertretungen mit Zugang zu Ihrer Akte sehen diese Arten von Daten nicht mehr. Wer Sie behandelt, sieht sie weiterhin.',
    },
    ar: {
      title: 'حجب البيانات عن العائلة أو الوصي',
      text: 'لا أريد أن يرى من ينوب عني أنواع البيانات التي أختارها.',
      effect:
        'لن يرى أفراد العائلة أو الأوصياء الذين لديهم حق الاطلاع على ملفك هذه الأنواع. ومن يعالجونك يستمرون في رؤيتها.',
    },
  }),
]
