import { PasskeyStopped, signByPasskey } from '../../../app/session/passkey.ts'
import { submit, type Trouble } from './submit.ts'

type PasskeyTrouble = Exclude<Trouble, 'wrong'> | 'passkeyWrong' | 'passkeyStopped'

/** Asks the server what to sign, the device to sign it, and sends that back; says what the trouble is, if any. */
export async function signInByPasskey(uid: string): Promise<PasskeyTrouble | undefined> {
  try {
    const response = await fetch(`/api/sign-in/${encodeURIComponent(uid)}/passkey-options`, {
      method: 'POST',
    })
    if (response.status === 404) return 'expired'
    if (!response.ok) return 'failed'
    const answer = await submit(uid, await signByPasskey(await response.json()), '/passkey')
    return answer === 'wrong' ? 'passkeyWrong' : answer
  } catch (error) {
    return error instanceof PasskeyStopped ? 'passkeyStopped' : 'failed'
  }
}
