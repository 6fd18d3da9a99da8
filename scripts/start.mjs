/** `npm start`: installs, builds the web app, and runs everything in the foreground with the demo hospital. */
import { bootstrap, main, runInPlace } from './bootstrap.mjs'
import { buildWeb } from './web.mjs'

await main(async () => {
  const tools = await bootstrap()
  await buildWeb(tools)
  const preload = new URL('with-parent.mjs', import.meta.url).href
  return runInPlace(tools.node, ['--import', preload, 'src/app/main.ts', ...process.argv.slice(2)], {
    env: { VITALWIRE_DEMO: '1', ...tools.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
})
