/** What the product is compared with: the same broker and the same HTTP server, acknowledging everything and keeping nothing. */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import fastify from 'fastify'

const broker = await Aedes.createBroker()
const server = createServer((socket) => {
  socket.setNoDelay(true)
  broker.handle(socket)
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const http = fastify()
http.post('/telemetry', async () => ({ accepted: 1 }))
const url = await http.listen({ host: '127.0.0.1', port: 0 })
const devices = Array.from({ length: 200 }, (_, i) => ({
  id: `bench-${i}`,
  username: `bench-${i}`,
  password: '-',
}))
const { port: mqttPort } = server.address() as { port: number }
process.stdout.write(`${JSON.stringify({ mqttPort, url, devices })}\n`)
process.stdin.resume().once('end', () => process.exit(0))
