// Keeps what is sent to it, octet by octet, under mail/new, and notes in the file
// log whom it refused to authenticate.
//
//   archive.js PORT IMPLICIT_PORT CERTIFICATE

"use strict";
const fs = require("fs");
const { SMTPServer } = require("smtp-server");

const [port, implicit, certificate] = process.argv.slice(2);
const { SERVERS_USER: user, SERVERS_PASSWORD: password, SERVERS_TOKEN: token } = process.env;
let messages = 0;

function onAuth(auth, session, done) {
  const right = auth.username === user &&
    (auth.method === "XOAUTH2" ? auth.accessToken === token :
      auth.method === "CRAM-MD5" ? auth.validatePassword(password) : auth.password === password);
  if (right) {
    return done(null, { user });
  }
  fs.appendFileSync("log", `refused ${auth.method}\n`);
  return done(null, auth.method === "XOAUTH2" ? { data: { status: "401", schemes: "bearer", scope: "mail" } } : {});
}

function onData(stream, session, done) {
  const name = `${process.pid}.${++messages}`;
  const file = fs.createWriteStream(`mail/tmp/${name}`, { mode: 0o600 });
  for (const to of session.envelope.rcptTo) {
    file.write(`Delivered-To: ${to.address}\r\n`);
  }
  stream.pipe(file);
  file.on("finish", () => {
    fs.renameSync(`mail/tmp/${name}`, `mail/new/${name}`);
    done(null, `kept as ${name}`);
  });
}

for (const [where, secure] of [[port, false], [implicit, true]]) {
  new SMTPServer({
    secure, onAuth, onData,
    name: "localhost",
    cert: fs.readFileSync(certificate),
    key: fs.readFileSync("server.key"),
    size: 20000000,
    authMethods: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"],
    allowInsecureAuth: true,
    disableReverseLookup: true,
  }).on("error", (e) => fs.appendFileSync("log", `error ${e.message}\n`)).listen(Number(where), "127.0.0.1");
}
