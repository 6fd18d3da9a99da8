import type { ConsentForm } from './form.ts'

export const restriction: ConsentForm = {
  id: 'restriction',
  category: 'patient-privacy',
  ruling: 'deny',
  asks: { classes: false, until: 'no' },
  versions: [
    {
      version: '2026-11',
      languages: {
        en: {
          title: 'Stop all use of my data',
          text: 'I want my data to be kept, but not used by anybody but me, until I take this back (restriction of processing).',
          effect:
            'Nobody but you sees your record: not those who treat you, no app, no research. Alarms about you reach nobody. Only in an emergency can staff break the glass. Do this only if you mean it, for example while you contest that data are right.',
        },
        de: {
          title: 'Jede Nutzung meiner Daten anhalten',
          text: 'Ich möchte, dass meine Daten aufbewahrt, aber von niemandem außer mir genutzt werden, bis ich dies zurücknehme (Einschränkung der Verarbeitung).',
          effect:
            'Niemand außer Ihnen sieht Ihre Akte: nicht die, die Sie behandeln, keine App, keine Forschung. Alarme zu Ihnen erreichen niemanden. Nur im Notfall kann das Personal die Sperre durchbrechen. Tun Sie das nur mit Bedacht, zum Beispiel solange Sie bestreiten, dass Daten richtig sind.',
        },
        ar: {
          title: 'إيقاف كل استخدام لبياناتي',
          text: 'أريد أن تُحفظ بياناتي من دون أن يستخدمها أحد غيري حتى أسحب هذا الطلب (تقييد المعالجة).',
          effect:
            'لن يرى ملفك أحد غيرك: لا من يعالجونك ولا أي تطبيق ولا البحث. ولن تصل الإنذارات المتعلقة بك إلى أحد. في الطوارئ فقط يمكن للطاقم كسر الحاجز. افعل هذا فقط إن كنت تقصده، مثلًا عندما تعترض على صحة بيانات.',
        },
      },
    },
  ],
}
