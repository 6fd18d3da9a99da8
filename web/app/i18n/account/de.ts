export const accountDe = {
  sessions: {
    title: 'Wo Sie angemeldet sind',
    text: 'Beenden Sie, was Sie nicht kennen. Seiten und Live-Bildschirme dort enden sofort.',
    device: '{{browser}} unter {{system}}',
    unknownBrowser: 'Ein Browser',
    unknownSystem: 'einem unbekannten System',
    current: 'Diese hier',
    since: 'Angemeldet {{moment}} von {{address}}',
    lastSeen: 'zuletzt benutzt vor {{age}}',
    end: 'Beenden',
    endThis: 'Die Sitzung von {{device}} an {{address}} beenden',
    endOthers: 'Alle anderen beenden',
  },
  apps: {
    title: 'Apps, die für Sie handeln dürfen',
    text: 'Sie können ohne Sie wiederkommen, bis Sie ihren Zugang beenden.',
    since: 'Erlaubt {{moment}}',
    endThis: 'Den Zugang von {{app}} beenden',
  },
  failed: 'Das ging nicht: {{reason}}',
}
