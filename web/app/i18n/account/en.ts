/** English for what a person does with their own account: sessions, second step, passkeys. */
export const accountEn = {
  sessions: {
    title: 'Where you are signed in',
    text: 'End what you do not know. Its pages and live screens stop at once.',
    device: '{{browser}} on {{system}}',
    unknownBrowser: 'A browser',
    unknownSystem: 'an unknown system',
    current: 'This one',
    since: 'Signed in {{moment}} from {{address}}',
    lastSeen: 'last used {{age}} ago',
    end: 'End',
    endThis: 'End the session of {{device}} from {{address}}',
    endOthers: 'End all others',
  },
  apps: {
    title: 'Apps that may act for you',
    text: 'They can come back without you until you end their access.',
    since: 'Allowed {{moment}}',
    endThis: 'End the access of {{app}}',
  },
  confirm: {
    title: 'Is it you?',
    text: 'This needs a fresh proof. Then it goes on by itself.',
    wrong: 'That is not right. Check it and try again.',
    locked: 'Too many attempts. Wait five minutes, then try again.',
    failed: 'That did not work just now. Try again in a moment.',
    submit: 'Confirm',
    cancel: 'Cancel',
  },
  failed: 'That did not work: {{reason}}',
}
