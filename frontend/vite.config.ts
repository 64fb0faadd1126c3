import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// While developing, `npm run dev` serves the pages and passes everything else on to a running studio.
const backend = process.env.BACKEND ?? 'http://127.0.0.1:8000'

export default defineConfig(({ command }) => ({
  plugins: [react()],
  base: command === 'build' ? '/static/' : '/',
  server: {
    proxy: {
      // The browser's own Host goes through, or the studio would take every change for a forged one.
      '/api': { target: backend, changeOrigin: false },
      '/ws': { target: backend.replace('http', 'ws'), ws: true },
    },
  },
  worker: { format: 'es' },
  build: { chunkSizeWarningLimit: 900, assetsInlineLimit: 0, sourcemap: false },
  // Generous: the machine may be busy with browsers, and a slow test is not a wrong one.
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], testTimeout: 60_000 },
}))
