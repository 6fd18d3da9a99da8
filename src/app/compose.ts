/**
 * The wiring of the whole server, from the ground up. Every part says here what it needs; nothing is looked up anywhere
 * else. `close` takes it down in the opposite order.
 */
import { fileURLToPath } from 'node:url'
import { Operator, type SearchRequest } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import type { FastifyRequest } from 'fastify'
import {
  auditFace,
  auditMigrations,
  auditPlugin,
  auditRoutes,
  createAudit,
  createRecordAudit,
  gave,
  givenOf,
} from '../audit/index.ts'
import { classify, consentMigrations, permitPlugin } from '../consent/index.ts'
import { createDevices, type Device, devicesMigrations } from '../devices/index.ts'
import {
  connectMqttBroker,
  createIngest,
  createQuarantine,
  gatewayMigrations,
  gatewayRoutes,
  startDeviceHttps,
  startMqttBroker,
  telemetryHttpRoutes,
} from '../gateway/index.ts'
import {
  accessEnded,
  createIdentity,
  identityMigrations,
  identityPlugin,
  identityRoutes,
  recordAccess,
} from '../identity/index.ts'
import { ledgerMigrations } from '../ledger/index.ts'
import { createMonitoring, monitoringMigrations, monitoringRoutes } from '../monitoring/index.ts'
import { createBus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { diskSpace } from '../platform/disk.ts'
import { healthRoutes, jobsCheck } from '../platform/health.ts'
import { listenHttp } from '../platform/http/listen-http.ts'
import { createHttpServer } from '../platform/http/server.ts'
import { staticWebRoutes } from '../platform/http/static-web.ts'
import { createJobs } from '../platform/jobs.ts'
import { createLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { startEmbeddedPostgres } from '../platform/postgres/embedded.ts'
import { migrate } from '../platform/postgres/migrations.ts'
import { systemRandom } from '../platform/random.ts'
import { takeHome } from '../platform/runtime.ts'
import { createRecord, recordMigrations, recordRoutes, systemAccess } from '../record/index.ts'
import {
  changesFace,
  createKeeping,
  createLiveHub,
  createTelemetry,
  createTelemetryChanges,
  keepingRoutes,
  liveRoutes,
  measurementFace,
  observationFace,
  observationOperations,
  telemetryMigrations,
  telemetryRoutes,
  transferRoutes,
  truthRoutes,
  withClocks,
  withWithdrawal,
} from '../telemetry/index.ts'
import { createCensus } from './census.ts'
import { deviceResource } from './device-resource.ts'
import { giveFormerStaffTheHouse } from './staff-roles.ts'
import { wireAnchors } from './wire-anchors.ts'
import {
  auditDeviceIdentity,
  auditedAccess,
  auditSightOf,
  createPeopleNames,
  ownersOfPath,
  watchesOf,
  whoIs,
} from './wire-audit.ts'
import { wireCertificates } from './wire-certificates.ts'
import { createConsent } from './wire-consent.ts'
import { openLedger, statusOfVersion, versionsInto, wireLedger } from './wire-ledger.ts'

const webDirectory = fileURLToPath(new URL('../../web/dist', import.meta.url))
const compactionPeriodMs = 10_000
const changesPeriodMs = 60_000
const cleanUpPeriodMs = 300_000
const databasePeriodMs = 2_000
const keepingPeriodMs = 180_000

export type Progress = (step: string) => void
export type App = Awaited<ReturnType<typeof compose>>

export async function compose(config: Config, version: string, progress: Progress) {
  const closing: (() => Promise<unknown> | unknown)[] = []
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    return await wire(config, version, progress, closing, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function wire(
  config: Config,
  version: string,
  progress: Progress,
  closing: (() => Promise<unknown> | unknown)[],
  close: () => Promise<void>,
) {
  const clock = systemClock
  const random = systemRandom
  const log = createLog({ level: config.logLevel })
  const metrics = createMetrics({ version })
  const bus = createBus((topic, error) => log.error({ topic, error }, 'a listener failed'))
  const home = await takeHome(config.home)
  closing.push(() => home.release())

  progress('starting PostgreSQL')
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres(`${config.home}/postgres`) : undefined
  if (embedded) closing.push(() => embedded.stop())
  const databaseUrl = config.databaseUrl ?? embedded!.url
  const db = openDatabase(databaseUrl)
  closing.push(() => db.close())
  await migrate(db, [
    recordMigrations,
    ledgerMigrations,
    auditMigrations,
    identityMigrations,
    consentMigrations,
    devicesMigrations,
    telemetryMigrations,
    gatewayMigrations,
    monitoringMigrations,
  ])

  progress('loading FHIR R4')
  const ledger = await openLedger({ db, clock, random, config })
  const audit = createAudit({ db, clock, random, log, metrics, ledger })
  closing.push(() => audit.close())
  const recordAudit = createRecordAudit(audit)
  const onVersions = versionsInto(ledger, recordAudit.onVersions)
  const record = await createRecord({ db, bus, clock, random, log, classify, onVersions })
  await record.classifyUnsorted()
  const repository = record.repository(systemAccess)
  const identity = await createIdentity({
    db,
    clock,
    random,
    log,
    bus,
    audit,
    home: config.home,
    publicUrl: config.publicUrl,
  })
  closing.push(() => identity.close())
  await giveFormerStaffTheHouse({ identity, repository, log })
  const consent = await createConsent({ db, repository, identity, audit, bus, clock, log, metrics })
  const { decisions } = consent
  closing.push(() => decisions.close())
  const peopleOf = createPeopleNames({ identity, record, clock })
  const namesOf = async (references: readonly string[]) =>
    new Map([...(await peopleOf(references))].map(([reference, { name }]) => [reference, name]))
  record.addFace(auditFace({ audit, namesOf }))

  progress('opening telemetry')
  const telemetry = await createTelemetry({ db, clock, log, metrics })
  closing.push(() => telemetry.close())
  const changes = createTelemetryChanges({ db, telemetry, clock, log })
  record.addFace(changesFace({ db, telemetry, clock }))
  record.addFace(measurementFace({ telemetry, clock }))
  const disk = embedded ? () => diskSpace(config.home) : async () => undefined
  const keeping = createKeeping({ db, telemetry, clock, log, metrics, random, disk })
  const publishDevice = async (device: Device, patient?: string) => {
    await repository.upsert(deviceResource(device, patient))
  }
  const devices = await createDevices({
    ...{ db, clock, random, log, publishDevice },
    moveReadings: async (move) => void (await changes.reattribute(move)),
  })
  closing.push(() => devices.close())
  const { clocks } = devices
  const observations = withWithdrawal(observationFace({ telemetry, clock, clocks }), { telemetry, changes })
  record.addFace(withClocks(observations, clocks))
  const hub = createLiveHub({ telemetry, clock, metrics })
  closing.push(() => hub.close())
  changes.onDone(({ fromPatient, toPatient, metric }) => {
    for (const patient of [fromPatient, toPatient]) {
      if (patient !== null) hub.publish({ type: 'revised', patient, metric }, patient, null)
    }
  })
  const quarantine = await createQuarantine({ db, clock, log })
  closing.push(() => quarantine.close())
  const ingest = createIngest({ devices, telemetry, quarantine, clock, log, metrics })
  const census = await createCensus({ repository, bus, clock, log })
  closing.push(() => census.close())
  const monitoring = await createMonitoring({
    db,
    telemetry,
    devices,
    clock,
    random,
    log,
    metrics,
    publish: (message, patient, data) => hub.publish(message, patient, data),
    census: { wardCensus: () => census.current() },
  })
  closing.push(() => monitoring.close())

  const jobs = createJobs({ clock, log, metrics })
  closing.push(() => jobs.stop())
  jobs.add({
    name: 'telemetry-compaction',
    periodMs: compactionPeriodMs,
    run: async () => void (await telemetry.compactOnce()),
  })
  // What a stop cut off, or the database could not take, is gone through again.
  jobs.add({
    name: 'telemetry-changes',
    periodMs: changesPeriodMs,
    run: async () => {
      await changes.resume()
      await devices.resumeMoves()
    },
  })
  void jobs.runNow('telemetry-changes')
  jobs.add({ name: 'telemetry-keeping', periodMs: keepingPeriodMs, run: (signal) => keeping.tidy(signal) })
  if (embedded) {
    const run = async () => {
      if (await embedded.ensureRunning()) log.error({}, 'PostgreSQL had ended and was started again')
    }
    jobs.add({ name: 'embedded-postgres', periodMs: databasePeriodMs, run })
  }
  jobs.add({
    name: 'identity-clean-up',
    periodMs: cleanUpPeriodMs,
    run: async () => void (await identity.cleanUp()),
  })

  const { certificates, tls, ...identities } = await wireCertificates({
    ...{ config, db, devices, clock, random, log, jobs, metrics },
    publicUrl: () => identity.publicUrl(),
    onDeviceIdentity: auditDeviceIdentity(audit, log),
  })
  if (tls) closing.push(() => tls.close())

  const publicChain = config.anchors.chain?.publicRpcUrl
  const http = createHttpServer({
    log,
    metrics,
    random,
    listenHost: config.host,
    publicUrl: config.publicUrl,
    otherNames: config.tls.names,
    behindProxy: config.behindProxy,
    alsoAsks: publicChain === undefined ? [] : [new URL(publicChain).origin],
  })
  closing.push(() => http.close())
  await http.register(identityPlugin({ identity }))
  await http.register(permitPlugin(decisions))
  const who = (request: FastifyRequest) => whoIs(request.actor, request.permit)
  await http.register(auditPlugin({ audit, clock, whoIs: who, ownersOf: ownersOfPath(record) }))
  await http.register(identityRoutes(identity))
  const accessOf = (request: FastifyRequest) =>
    auditedAccess(recordAudit, request, recordAccess(request.actor, request.permit))
  await http.register(
    recordRoutes({
      ...{ record, accessOf, publicUrl: () => identity.publicUrl(), log },
      onGiven: (request, given) => gave(request, ...given.map(givenOf)),
    }),
  )
  await http.register(
    consent.routes({
      placeOf: (patient) => census.find(patient)?.unit.name ?? null,
      notify: () => hub.publish({ type: 'notice', about: 'break-glass' }, null, null),
    }),
  )
  await http.register(auditRoutes({ audit, peopleOf, sightOf: auditSightOf }))
  await wireLedger({ ledger, db, record, jobs, http, log, accessOf })
  const anchors = await wireAnchors({
    ...{ config, db, ledger, clock, random, log, jobs, http },
    consentStatus: async (key) => statusOfVersion(repository, key),
  })
  await http.register(telemetryRoutes({ telemetry }))
  await http.register(truthRoutes({ changes }))
  await http.register(keepingRoutes({ keeping, log }))
  const patientExists = async (id: string) => {
    const filters = [{ code: '_id', operator: Operator.EQUALS, value: id }]
    return (await repository.searchResources({ resourceType: 'Patient', count: 1, filters })).length > 0
  }
  await http.register(transferRoutes({ keeping, patientExists }))
  await http.register(
    observationOperations({
      telemetry,
      clock,
      log,
      publicUrl: () => identity.publicUrl(),
      access: accessOf,
      search: (request, access) =>
        record.repository(access).searchResources<Observation>(request as SearchRequest<Observation>),
    }),
  )
  const everyoneLive = () => {
    const measured = [...telemetry.allSeries()].flatMap(({ patient }) => patient ?? [])
    return [...new Set([...census.current().map(({ patientId }) => patientId), ...measured])]
  }
  await http.register(
    liveRoutes({
      hub,
      authenticate: (token: string) => identity.authenticate(token),
      permitOf: (actor) => decisions.permitOf(actor),
      onDecisionsChanged: (listener) => decisions.onChanged(listener),
      onAccessEnded: (listener) => bus.subscribe(accessEnded, ({ id }) => listener(id)),
      clock,
      onWatch: watchesOf(audit, everyoneLive, (actor) => decisions.permitOf(actor)),
    }),
  )
  for (const routes of identities.routes) await http.register(routes)
  await http.register(telemetryHttpRoutes({ devices, ingest, clock, peer: certificates.peer }))
  await http.register(
    gatewayRoutes({
      devices,
      telemetry,
      quarantine,
      clock,
      patientName: (id: string) => {
        const entry = census.find(id)
        return entry && { name: entry.name, bed: entry.bed }
      },
    }),
  )
  await http.register(monitoringRoutes({ monitoring }))
  await http.register(
    healthRoutes({
      clock,
      metrics,
      checks: {
        database: async () => {
          await db.query('SELECT 1')
          return { state: 'ok' }
        },
        jobs: jobsCheck(jobs),
        audit: () => audit.check(),
        anchors: () => anchors.check(),
        storage: () => keeping.storage.check(),
        deviceCertificates: () => certificates.check(),
      },
    }),
  )
  await http.register(staticWebRoutes({ directory: webDirectory }))

  progress('opening the doors')
  const listenerOf = (port: number | undefined) =>
    tls && port !== undefined ? { host: config.tls.host, port, tls } : undefined
  const url = await listenHttp(http, config.host, config.ports.http)
  if (config.publicUrl === undefined) identity.setPublicUrl(url)
  const mqtt = config.mqttBrokerUrl
    ? await connectMqttBroker({ url: config.mqttBrokerUrl, devices, ingest, clock, random, log })
    : await startMqttBroker({
        ...{ host: config.host, port: config.ports.mqtt, devices, ingest, clock, log },
        secure: listenerOf(config.tls.mqttsPort),
      })
  closing.push(() => mqtt.close())
  const secureHttp = listenerOf(config.tls.httpsPort)
  const https = secureHttp && (await startDeviceHttps({ ...secureHttp, routing: http.routing, log }))
  if (https) closing.push(() => https.close())
  const publicUrl = config.publicUrl ?? url
  // 0: devices speak to a broker elsewhere.
  const mqttPort: number = 'port' in mqtt && typeof mqtt.port === 'number' ? mqtt.port : 0
  const mqttsPort = 'securePort' in mqtt ? mqtt.securePort : 0
  const httpsPort = https?.port ?? 0
  identities.listening(mqttsPort, httpsPort)
  await home.announce({
    url: publicUrl,
    fhir: `${publicUrl}/fhir/R4`,
    mqttPort,
    mqttsPort,
    httpsPort,
    mllpPort: 0,
    dicomPort: 0,
    databaseUrl,
  })
  return {
    close,
    audit,
    clock,
    random,
    log,
    identity,
    repository,
    devices,
    telemetry,
    monitoring,
    census,
    mqttPort,
    publicUrl,
  }
}
