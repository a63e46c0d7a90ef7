// A plugin of Haraka: knows one user, keeps what is sent to it, octet by octet, under mail/new, and notes
// in the file log whom it refused to authenticate.

"use strict";
const fs = require("fs");
const path = require("path");

const dir = process.env.HARAKA;

exports.register = function () {
  this.inherits("auth/auth_base");
};

exports.hook_capabilities = function (next, connection) {
  const methods = ["PLAIN", "LOGIN", "CRAM-MD5"];
  connection.capabilities.push(`AUTH ${methods.join(" ")}`);
  connection.notes.allowed_auth_methods = methods;
  next();
};

exports.get_plain_passwd = function (user, connection, done) {
  done(user === process.env.SERVERS_USER ? process.env.SERVERS_PASSWORD : null);
};

exports.hook_disconnect = function (next, connection) {
  fs.appendFileSync(path.join(dir, "log"), "refused\n".repeat(connection.notes.auth_fails || 0));
  next();
};

exports.hook_rcpt = function (next) { next(OK); };

// Who has signed in relays, so that their messages are to go out.
exports.hook_queue = exports.hook_queue_outbound = function (next, connection) {
  const { uuid, rcpt_to: to, message_stream: message } = connection.transaction;
  const kept = path.join(dir, "mail", "tmp", uuid);
  const file = fs.createWriteStream(kept, { mode: 0o600 });
  for (const rcpt of to) {
    file.write(`Delivered-To: ${rcpt.address()}\r\n`);
  }
  file.on("finish", () => {
    fs.renameSync(kept, path.join(dir, "mail", "new", uuid));
    next(OK, "kept");
  });
  message.pipe(file, { line_endings: "\r\n" });
};
