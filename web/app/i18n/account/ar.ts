export const accountAr = {
  sessions: {
    title: 'أين سُجّل دخولك',
    text: 'أنهِ ما لا تعرفه. تتوقف صفحاته وشاشاته الحية فوراً.',
    device: '{{browser}} على {{system}}',
    unknownBrowser: 'متصفح',
    unknownSystem: 'نظام غير معروف',
    current: 'هذه الجلسة',
    since: 'دخول {{moment}} من {{address}}',
    lastSeen: 'آخر استخدام قبل {{age}}',
    end: 'إنهاء',
    endThis: 'إنهاء جلسة {{device}} من {{address}}',
    endOthers: 'إنهاء كل الجلسات الأخرى',
  },
  apps: {
    title: 'تطبيقات يمكنها العمل نيابة عنك',
    text: 'يمكنها العودة من دونك حتى تنهي وصولها.',
    since: 'سُمح به {{moment}}',
    endThis: 'إنهاء وصول {{app}}',
  },
  failed: 'لم ينجح ذلك: {{reason}}',
}
