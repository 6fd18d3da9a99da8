export const ledgerDe = {
  title: 'Was nicht unbemerkt geändert werden kann',
  intro:
    'Jede Fassung der Akte und jeder Blick darauf hinterlässt hier eine Marke, der Reihe nach und für immer.',
  picture_one:
    '{{size}} Marken sind zu einer Wurzel verbunden, unterschrieben und an {{count}} Ort niedergelegt.',
  picture_other:
    '{{size}} Marken sind zu einer Wurzel verbunden, unterschrieben und an {{count}} Orten niedergelegt.',
  inside:
    'Darin: nur Marken. Jede ist ein Fingerabdruck mit einem Geheimnis; wer sie nicht öffnen kann, erfährt nichts.',
  outside:
    'Nicht darin: Namen, Messwerte, Entscheidungen. Wird jemand gelöscht, geht das Geheimnis, und die Marke sagt nichts mehr.',
  anchored: 'Außerhalb dieses Hauses niedergelegt',
  notYet: 'Noch wurde nichts niedergelegt; es geschieht wenige Minuten nach der ersten Marke.',
  leaves_one: '{{count}} Marke',
  leaves_other: '{{count}} Marken',
  consistent_one: 'von uns geprüft, {{count}} Marke, stimmig',
  consistent_other: 'von uns geprüft, {{count}} Marken, stimmig',
  place: { file: 'Eine Datei', 'time-stamp': 'Ein Zeitstempeldienst', chain: 'Eine Blockchain' },
  state: { confirmed: 'liegt dort', failed: 'misslungen', lost: 'liegt nicht mehr dort' },
  verify: 'Eine Zeile selbst prüfen',
  key: 'Zeile',
  check: 'In diesem Browser prüfen',
  checking: 'Wird geprüft …',
  whole: 'Nichts wurde geändert: jeder Schritt stimmt.',
  broken: 'Etwas stimmt nicht. Sagen Sie es der Datenschutzstelle und trauen Sie dieser Zeile nicht.',
  outcome: { holds: 'stimmt', fails: 'stimmt nicht', skipped: 'nichts zum Vergleichen' },
  step: {
    row: 'Die Zeile, wie der Server sie zeigt, hat diesen Fingerabdruck',
    leaf: 'Ihre Marke bindet diesen Fingerabdruck, ihre Zeit und ihre Person',
    tree: 'Die Marke liegt in dem Baum mit dieser Wurzel',
    signature: 'Die Wurzel ist vom Schlüssel dieses Verzeichnisses unterschrieben',
    anchor: 'Dieselbe Wurzel wurde außerhalb niedergelegt',
    chain: 'Der Vertrag auf der Kette, direkt gefragt, hält dieselbe Wurzel',
  },
}
