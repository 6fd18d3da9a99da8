/** Preloaded into the server: where the script that started it was killed, the server stops in good order too. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
