import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
/** Where the API answers while the page comes from the dev server. */
const target = process.env['VITALWIRE_API'] ?? 'http://127.0.0.1:8080'
const apiPaths = ['/api', '/alarms/', '/quarantine', '/fhir', '/oauth', '/.well-known']

export default defineConfig({
  root,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Fonts and icons stay files: the content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }] },
      },
    },
  },
  server: {
    proxy: {
      ...Object.fromEntries(apiPaths.map((path) => [path, { target, changeOrigin: false }])),
      // `GET /alarms` is both a page and a list: only what asks for JSON goes to the API.
      '^/alarms$': {
        target,
        bypass: (request) => (request.headers.accept?.includes('text/html') ? '/index.html' : undefined),
      },
      '/live': { target, ws: true },
    },
  },
})
