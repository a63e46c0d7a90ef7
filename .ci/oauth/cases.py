"""The cases of .ci/oauth/check: each signs in, runs or signs out, and says what it saw."""
import glob, json, os, re, shutil, signal, subprocess, sys, time, urllib.request

ENV = os.environ
PROVIDER, SHORT = ENV["OAUTH_PROVIDER"], ENV["OAUTH_SHORT"]
MAILSHOT = ENV["OAUTH_MAILSHOT"]
ME = "office@club.example"
said = []  # everything that mailshot printed


def door(path, knob=None, provider=PROVIDER):
    data = None if knob is None else json.dumps(knob).encode()
    with urllib.request.urlopen(provider + path, data) as r:
        return json.load(r)


def counts():
    return door("/counts")


def renewals():
    return counts().get("refresh_token 200", 0)


class Job:
    """A job in a directory of its own, whose account signs in."""

    def __init__(self, name, rows=1, delivery="", provider=PROVIDER, user=ME):
        self.dir = os.path.join(ENV["OAUTH_DIR"], name)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.mkdir(self.dir)
        self.write("m.csv", "email,name\n" + "".join(f"r{i}@club.example,R{i}\n" for i in range(rows)))
        self.write("l.txt", "Hi {{.name}}\n")
        self.write("secret", "mailshot-client-secret")
        os.chmod(os.path.join(self.dir, "secret"), 0o600)
        self.write("job.yaml", f"""recipients: m.csv
message: {{from: {user}, subject: "Hi {{{{.name}}}}", text: l.txt}}
server:
  host: localhost
  port: {ENV["OAUTH_PORT"]}
  ca: {ENV["OAUTH_CA"]}
  username: {user}
  oauth: {{issuer: "{provider}", client_id: mailshot, client_secret: {{file: secret}}, scopes: [openid, offline_access, email, mail]}}
delivery: {{{delivery}}}
""")
        self.state = os.path.join(ENV["OAUTH_DIR"], "state")

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w") as f:
            f.write(text)

    def start(self, *args):
        return subprocess.Popen([MAILSHOT, *args[:1], "--state", self.state, *args[1:], "job.yaml"], cwd=self.dir, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self, p):
        text = p.communicate(timeout=120)[0]
        said.append(text)
        return p.returncode, text

    def do(self, *args):
        return self.wait(self.start(*args))

    def login(self, *flags, who=ME, person=True, store="file"):
        """Signs in, by a person in a browser who opens what is shown."""
        p = self.start("login", "--store", store, "--no-browser", *flags)
        head = ""
        while person and not re.search(r"type the code|browser of this machine", head):
            line = p.stdout.readline()
            assert line, head
            head += line
        if person:
            code = re.search(r"open (\S+) on any device, and type the code (\S+)", head)
            if code:
                self.person(code[1], who, code[2])
            else:
                page = p.stdout.readline()
                head += page
                self.person(page.split("mailshot: ")[1].strip(), who)
        status, text = self.wait(p)
        said.append(head)
        return status, head + text

    def person(self, url, who, *code):
        r = subprocess.run(["node", ENV["OAUTH_PERSON"], url, who, *code], capture_output=True, text=True, timeout=90)
        assert r.returncode == 0, r.stderr
        said.append(r.stdout)
        return r.stdout

    def kept(self):
        return [f for f in glob.glob(self.state + "/oauth/*") if not f.endswith(".lock")]


def arrived(begin):
    """Returns how often a letter arrived for each recipient whose address begins so."""
    n = {}
    for line in open(ENV["OAUTH_MAIL"]):
        if line.startswith(begin):
            n[line.strip()] = n.get(line.strip(), 0) + 1
    return n


def forget(*jobs):
    open(ENV["OAUTH_MAIL"], "w").close()
    shutil.rmtree(os.path.join(ENV["OAUTH_DIR"], "state"), ignore_errors=True)
    door("/knob", {"fail": [], "hold": 0, "life": 3600})


def want(ok, *what):
    assert ok, " ".join(map(str, what))


def sent(text):
    m = re.search(r"(\d+) of (\d+) sent", text) or re.search(r"sent +(\d+)", text)
    return int(m[1]) if m else 0


def expire(job):
    """Makes the access token that is kept one that ends, as time would."""
    for path in job.kept():
        k = json.load(open(path))
        k["expiry"] = "2020-01-01T00:00:00Z"
        json.dump(k, open(path, "w"))


def device():
    job = Job("device", 3)
    status, text = job.do("check")
    want(status == 77 and re.search(r"mailshot login .*job.yaml", text), status, text)
    door("/knob", {"fail": [{"path": "/token", "error": "slow_down", "count": 1}]})
    status, text = job.login()
    want(status == 0 and f"{ME} is signed in" in text, status, text)
    want(counts().get("/token 400"), "no slow_down", counts())
    want(oct(os.stat(job.kept()[0]).st_mode)[-3:] == "600" and len(job.kept()) == 1, job.kept())
    status, text = job.do("doctor")
    want(status == 0 and f"OAUTHBEARER as {ME}: 235" in text and "signed in on" in text and "offline_access" in text, status, text)
    status, text = job.do("run", "--yes")
    want(status == 0, status, text)
    return "check 77 before, slow_down obeyed, doctor and a run of 3 by OAUTHBEARER"


def device_expires():
    job = Job("expires", provider=SHORT)
    p = job.start("login", "--store", "file")
    status, text = job.wait(p)
    want(status == 77 and "expired_token" in text and not job.kept(), status, text)
    return "a code that nobody used: 77"


def browser():
    job = Job("browser", 2)
    status, text = job.login("--browser")
    want(status == 0 and f"{ME} is signed in" in text, status, text)
    job.write("job.yaml", open(job.dir + "/job.yaml").read().replace("  username", "  auth: xoauth2\n  username"))
    status, text = job.do("run", "--yes")
    want(status == 0, status, text)
    want(counts().get("authorization_code 200"), counts())
    return "PKCE in Chromium, and a run by XOAUTH2"


def wrong_account():
    job = Job("wrong")
    for flags in ([], ["--browser"]):
        status, text = job.login(*flags, who="ann@club.example")
        want(status == 77 and f"ann@club.example has signed in, and the job sends as {ME}" in text and not job.kept(), status, text)
    return "ann signs in for office: 77, and nothing is kept"


def troubles():
    job = Job("troubles", 1)
    door("/knob", {"fail": [{"path": "/device/auth", "status": 500, "count": 1}]})
    status, text = job.login(person=False)
    want(status == 69 and "500" in text, status, text)
    want(job.login()[0] == 0)
    expire(job)
    door("/knob", {"fail": [{"path": "/token", "status": 503, "count": 2}]})
    status, text = job.do("run", "--yes")
    want(status == 0, status, text)
    expire(job)
    door("/knob", {"fail": [{"path": "/token", "status": 500, "count": 9}]})
    status, text = job.do("rerun", "--again", "r0@club.example", "--yes")
    want(status == 69 and "500" in text, status, text)
    expire(job)
    door("/knob", {"fail": [{"path": "/token", "delay": 3000, "count": 1}]})
    begun = time.time()
    status, text = job.do("rerun", "--again", "r0@club.example", "--yes")
    want(status == 0 and time.time() - begun >= 3, status, text)
    return "500 at the code: 69; two 503: a run all the same; only 500: 69; an answer after 3 s: waited for"


def clock():
    job = Job("clock", 1)
    shim = subprocess.run(["sh", "-c", "command -v faketime"], capture_output=True, text=True).stdout.strip()
    if not shim:
        # The provider's clock cannot be set here; its tokens' times are not compared with ours: a token that
        # is kept with an end far in the future, and is none any more for the server, is renewed after its 535.
        want(job.login()[0] == 0)
        for path in job.kept():
            k = json.load(open(path))
            k["access_token"], k["expiry"] = "nonsense-from-another-time", "2090-01-01T00:00:00Z"
            json.dump(k, open(path, "w"))
        before = renewals()
        status, text = job.do("run", "--yes")
        want(status == 0 and renewals() == before + 1, status, renewals() - before, text)
        return "a token that our clock takes for good, and the server does not: renewed once after its 535"
    return "-"


def rotation():
    job = Job("rotation", 1)
    want(job.login()[0] == 0)
    first = json.load(open(job.kept()[0]))
    expire(job)
    want(job.do("run", "--yes")[0] == 0)
    second = json.load(open(job.kept()[0]))
    want(first["refresh_token"] != second["refresh_token"], "no rotation")
    # Somebody uses the old one: the provider ends the sign-in, and that is told.
    json.dump(first, open(job.kept()[0], "w"))
    expire(job)
    status, text = job.do("rerun", "--again", "r0@club.example", "--yes")
    want(status == 77 and re.search(r"mailshot login .*job.yaml", text), status, text)
    json.dump(second, open(job.kept()[0], "w"))
    expire(job)
    status, text = job.do("rerun", "--again", "r0@club.example", "--yes")
    want(status == 77 and "invalid_grant" in text, status, text)
    return "a new refresh token each time; the old one once more ends the sign-in: 77 with the command"


def midrun():
    job = Job("midrun", 320, "workers: 8, rate: 40/s")
    door("/knob", {"life": 6})
    want(job.login()[0] == 0)
    expire(job)
    before, begun = renewals(), time.time()
    status, text = job.do("run", "--yes")
    n, took = renewals() - before, time.time() - begun
    # One to begin with, and one whenever nine tenths of a life are over.
    want(status == 0 and 1 <= n - 1 <= took / 5.4, status, n, took, text)
    want(len(arrived("r")) == 320, len(arrived("r")))
    return f"320 rows in {took:.0f} s with 8 workers and tokens of 6 s: all sent, {n - 1} renewals on the way"


def two():
    jobs = [Job("two-a", 40, "workers: 4"), Job("two-b", 40, "workers: 4")]
    want(jobs[0].login()[0] == 0)
    expire(jobs[0])
    door("/knob", {"hold": 500})
    before = renewals()
    running = [j.start("run", "--yes") for j in jobs]
    for j, p in zip(jobs, running):
        status, text = j.wait(p)
        want(status == 0, status, text)
    want(renewals() == before + 1, renewals() - before)
    return "two runs at once: one renewal"


def revoked():
    job = Job("revoked", 400, "workers: 4, rate: 40/s")
    door("/knob", {"life": 3})
    want(job.login()[0] == 0)
    p = job.start("run", "--yes")
    time.sleep(2)
    door("/knob", {"revoke": True})
    status, text = job.wait(p)
    want(status == 77 and re.search(r"mailshot login .*job.yaml", text), status, text)
    log = open(glob.glob(job.dir + "/*.results.csv")[0]).read()
    want(",failed," not in log and ",unknown," not in log, "rows were charged", log[-600:])
    want(job.login()[0] == 0)
    door("/knob", {"life": 3600})
    expire(job)
    job.write("job.yaml", open(job.dir + "/job.yaml").read().replace("rate: 40/s", "rate: none"))
    status, text = job.do("rerun", "--yes")
    want(status == 0, status, text)
    got = arrived("r")
    want(len(got) == 400 and set(got.values()) == {1}, len(got), max(got.values()))
    return "taken back in mid-run: 77 with the command, no row charged; the rest after a new sign-in"


def logout():
    job = Job("logout", 1)
    want(job.login()[0] == 0)
    refresh = json.load(open(job.kept()[0]))["refresh_token"]
    status, text = job.do("logout")
    want(status == 0 and "the provider took the token back" in text and not job.kept(), status, text, job.kept())
    form = f"grant_type=refresh_token&refresh_token={refresh}&client_id=mailshot&client_secret=mailshot-client-secret"
    try:
        urllib.request.urlopen(PROVIDER + "/token", form.encode())
        raise AssertionError("the token still works")
    except urllib.error.HTTPError as e:
        want(e.code == 400, e)
    status, text = job.do("run", "--yes")
    want(status == 77 and "nobody has signed in" in text, status, text)
    want(job.do("logout")[0] == 66)
    return "taken back at the provider, nothing kept, run 77, once more 66"


def kills(n=12):
    job = Job("kills", 1)
    want(job.login()[0] == 0)
    well = again = 0
    for i in range(n):
        # Half of them die while the provider has not decided, half when it has and the answer is on its way.
        before_decision = i % 2 == 0
        door("/knob", {"fail": [{"path": "/token", "delay": 400, "count": 1}], "hold": 0} if before_decision else {"fail": [], "hold": 400})
        expire(job)
        p = job.start("rerun" if glob.glob(job.dir + "/*.results.csv") else "run", "--yes", *(["--again", "r0@club.example"] if glob.glob(job.dir + "/*.results.csv") else []))
        time.sleep(0.25 if i < n - 4 else 0.05 + 0.2 * (i % 4))
        p.send_signal(signal.SIGKILL)
        said.append(p.communicate()[0])
        time.sleep(0.6)
        door("/knob", {"fail": [], "hold": 0})
        kept = [json.load(open(f)) for f in job.kept() if f.endswith(".json")]
        want(len(kept) == 1 and kept[0]["refresh_token"], "the file is broken", job.kept())
        status, text = job.do("doctor")
        if status == 77:
            want(re.search(r"mailshot login .*job.yaml", text), text)
            want(job.login()[0] == 0)
            again += 1
        else:
            want(status == 0, status, text)
            well += 1
    return f"{n} kills around a renewal: {well} go on, {again} whose answer was lost have to sign in, as they are told"


def clean():
    """No secret is in any file but the store's, and in nothing that was printed."""
    secrets = [s for s in door("/secrets") + door("/secrets", provider=SHORT) if len(s) > 8]
    looked = 0
    for root, _, files in os.walk(ENV["OAUTH_DIR"]):
        for name in files:
            path = os.path.join(root, name)
            if f"{os.sep}oauth{os.sep}" in path and name.endswith(".json") or name == "secret":
                continue
            text = open(path, errors="replace").read()
            looked += 1
            for s in secrets:
                want(s not in text, "a secret is in", path)
    for text in said:
        for s in secrets:
            want(s not in (text or ""), "a secret was printed:", text)
    return f"{len(secrets)} secrets, looked for in {looked} files and {len(said)} outputs"


CASES = {f.__name__: f for f in (device, device_expires, browser, wrong_account, troubles, clock, rotation, midrun, two, revoked, logout, kills)}


def main():
    names = sys.argv[1:] or list(CASES)
    if names == ["smoke"]:
        names = ["browser", "rotation"]
    failed = 0
    for name in names:
        forget()
        begun = time.time()
        try:
            print(f"ok    {name:<15} {CASES[name]()} ({time.time() - begun:.1f} s)", flush=True)
        except Exception as e:  # each case is told
            failed += 1
            print(f"FAIL  {name:<15} {type(e).__name__}: {e}", flush=True)
    try:
        print(f"ok    {'clean':<15} {clean()}")
    except AssertionError as e:
        failed += 1
        print(f"FAIL  {'clean':<15} {e}")
    print(f"{len(names) + 1 - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
