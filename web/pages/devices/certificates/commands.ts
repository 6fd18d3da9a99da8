/** What a biomed types at the device, with its id, the code and our addresses filled in. */
export interface CommandsAbout {
  readonly device: string
  readonly code: string
  /** Of this page. */
  readonly origin: string
  readonly httpsPort: number | null
  readonly mqttsPort: number | null
}

export interface DeviceCommands {
  readonly authority: string
  readonly request: string
  readonly enrol: string
  /** undefined: nothing listens for it. */
  readonly publish: string | undefined
  readonly renew: string | undefined
}

const lines = (...parts: readonly string[]): string => parts.join(' \\\n  ')

export function deviceCommands({
  device,
  code,
  origin,
  httpsPort,
  mqttsPort,
}: CommandsAbout): DeviceCommands {
  const { hostname } = new URL(origin)
  const base = httpsPort === null ? origin : `https://${hostname}:${httpsPort}`
  const identity = `--cert ${device}.pem --key ${device}.key`
  const send = (to: string, who: string): string =>
    lines(
      `openssl req -in ${device}.csr -outform DER | openssl base64 |`,
      `curl -sSf --cacert authority.pem ${who}`,
      `-H 'Content-Type: application/pkcs10' --data-binary @- ${base}/.well-known/est/${to} |`,
      `openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ${device}.pem`,
    )
  return {
    authority: lines(
      `curl -sSf ${origin}/.well-known/vitalwire/devices-authority.pem -o authority.pem &&`,
      'openssl x509 -in authority.pem -noout -fingerprint -sha256',
    ),
    request: lines(
      'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes',
      `-keyout ${device}.key -subj /CN=${device} -out ${device}.csr`,
    ),
    enrol: send('simpleenroll', `-u '${device}:${code}'`),
    publish:
      mqttsPort === null
        ? undefined
        : lines(
            `mosquitto_pub -h ${hostname} -p ${mqttsPort} --cafile authority.pem ${identity}`,
            `-q 1 -i ${device} -t vitalwire/${device}/telemetry -m '[{"n":"heart-rate","v":72}]'`,
          ),
    renew: httpsPort === null ? undefined : send('simplereenroll', identity),
  }
}
