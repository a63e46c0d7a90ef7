// A server that takes every letter, for Dovecot to hand on to: it counts them by recipient.
//   sink.mjs PORT FILE
import fs from 'node:fs';
import { SMTPServer } from 'smtp-server';

const [, , port, file] = process.argv;
new SMTPServer({
  authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], hideSTARTTLS: true,
  onData(stream, session, done) {
    stream.resume();
    stream.on('end', () => {
      fs.appendFileSync(file, session.envelope.rcptTo.map((to) => to.address).join(' ') + '\n');
      done();
    });
  },
}).listen(Number(port), '127.0.0.1');
