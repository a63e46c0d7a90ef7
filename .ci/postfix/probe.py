"""Proves the private Postfix itself, with a client that is not ours.

    probe.py PORT CA USER PASSWORD REFUSED

REFUSED is a file of lines "ADDRESS CODE ENHANCED text" that the server holds.
What mailshot's checks rest on is asserted here first: AUTH only inside TLS, a
wrong password refused, nothing accepted without AUTH, the listed recipients
refused as listed and one message accepted.
"""

import smtplib
import ssl
import sys


def main():
    port, ca, user, password, refused = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca)

    def session():
        s = smtplib.SMTP("localhost", int(port), timeout=30)
        s.ehlo("probe.test")
        return s

    s = session()
    assert s.has_extn("starttls"), "no STARTTLS"
    assert s.has_extn("pipelining"), "no PIPELINING"
    assert not s.has_extn("auth"), "AUTH is offered in the clear"
    s.mail("office@club.example")
    code, text = s.rcpt("anyone@alpha.test")
    assert code == 554, f"a recipient without AUTH: {code} {text}"
    s.quit()

    s = session()
    s.starttls(context=context)
    s.ehlo("probe.test")
    offered = s.esmtp_features["auth"].split()
    assert sorted(offered) == ["LOGIN", "PLAIN"], f"AUTH {offered}"
    try:
        s.login(user, "not " + password)
        raise AssertionError("a wrong password is taken")
    except smtplib.SMTPAuthenticationError as e:
        assert e.smtp_code == 535, e
    s.quit()

    s = session()
    s.starttls(context=context)
    s.login(user, password)
    count = 0
    for line in open(refused, encoding="utf-8"):
        address, want_code, want_text = line.rstrip("\n").split(" ", 2)
        enhanced, words = want_text.split(" ", 1)
        s.mail("office@club.example")
        code, text = s.rcpt(address)
        text = text.decode()
        assert code == int(want_code) and text.startswith(enhanced + " ") and words in text, f"{address}: {code} {text}"
        s.rset()
        count += 1
    s.sendmail("office@club.example", ["anyone@alpha.test"],
               "From: office@club.example\r\nTo: anyone@alpha.test\r\nSubject: probe\r\n\r\nprobe\r\n")
    s.quit()
    print(f"probe: TLS, AUTH, {count} refused recipients and a delivery are as they should be")


if __name__ == "__main__":
    main()
