#!/usr/bin/env python3
"""python3 verify.py DIR VKEY: checks an export with Python's own library and openssl 3. The numbers are those of VERIFY.md."""
import base64, datetime, functools, hashlib, json, pathlib, re, subprocess, sys, tempfile

def need(holds, what): return holds or sys.exit("TAMPERED: " + what)  # exit code 1
def sha(data): return hashlib.sha256(data).digest()
def read(name): return pathlib.Path(folder, name).read_bytes()
def part(line, name): return need(line.startswith(name + " "), "a line of another form") and line[len(name) + 1:]
def number_in(text): return need(str(int(text)) == text, "a number of another form") and int(text)
def b64(text): return need(base64.b64encode(base64.b64decode(text)).decode() == text, "base64") and base64.b64decode(text)

RULES = {  # 2: JSON Schema, as much of it as the schemas here use; any other keyword is an error
    "type": lambda rule, it: type(it) is {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}[rule],
    "required": lambda rule, it: set(rule) <= set(it), "enum": lambda rule, it: it in rule, "const": lambda rule, it: it == rule,
    "properties": lambda rule, it: all(valid(rule[name], it[name]) for name in rule if name in it),
    "items": lambda rule, it: all(valid(rule, each) for each in it), "pattern": re.search,
    "uniqueItems": lambda rule, it: len(set(map(json.dumps, it))) == len(it),
    "format": lambda rule, it: rule != "date-time" or datetime.datetime.fromisoformat(it.replace("Z", "+00:00")),
    **dict.fromkeys(("minimum", "minLength", "minItems"), lambda rule, it: (it if type(it) is int else len(it)) >= rule),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), lambda rule, it: (it if type(it) is int else len(it)) <= rule),
    **dict.fromkeys(("$schema", "$id", "title", "description"), lambda rule, it: True)}
def valid(schema, it): return all(RULES[name](rule, it) for name, rule in schema.items())
@functools.lru_cache(None)
def schema(name): return json.loads(read("schemas/" + name))

def included(leaf, index, size, root, path):  # 5: RFC 9162 section 2.1.3.2
    node, last = index, size - 1
    for other in map(b64, path):
        if node & 1 or node == last:
            leaf = sha(b"\1" + other + leaf)
            while node and not node & 1: node, last = node >> 1, last >> 1
        else: leaf = sha(b"\1" + leaf + other)
        node, last = node >> 1, last >> 1
    return index < size and last == 0 and leaf == root

def signed(key, text, signature):  # 6: Ed25519; openssl wants the key with its type before it
    with tempfile.TemporaryDirectory() as at:
        for name, data in ("key", bytes.fromhex("302a300506032b6570032100") + key), ("text", text), ("signature", signature):
            pathlib.Path(at, name).write_bytes(data)
        said = subprocess.run("openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in text -sigfile signature".split(),
                              cwd=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if b"Signature Verif" not in said.stdout: raise OSError("openssl 3 is needed: " + said.stdout.decode())
    return said.returncode == 0
def note(name):  # 6: a signed note's lines
    (text, _, signatures), (log, key_hash, key) = read(name).decode().rpartition("\n\n"), vkey.split("+", 2)
    need(b64(key)[:1] == b"\1" and sha(log.encode() + b"\n" + b64(key)).hex()[:8] == key_hash, "the verifier key is none")
    its = [b64(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith("\u2014 " + log + " ")]
    its = [signature[4:] for signature in its if signature[:4].hex() == key_hash]
    need(its and all(signed(b64(key)[1:], (text + "\n").encode(), each) for each in its), name + " is not signed with that key")
    return text.split("\n")

def check():
    for line in read("SHA256SUMS").decode().splitlines():
        need(sha(read(line[66:])).hex() == line[:64], line[66:] + " is not as it was written")
    (origin, size, root), manifest = note("checkpoint"), json.loads(read("manifest.json"))
    need(origin == vkey.split("+")[0] and read("vkey").decode() == vkey + "\n", "it is of another log")
    key, count, seen, heads, batches, lives, limits = manifest.get("keyId"), {"events": 0, "uses": 0}, set(), {}, {}, {}, {}
    events, proofs, order = read("events.ndjson").decode().split("\n"), read("proofs").decode().split("\n\n"), ()
    need(events.pop() == "" and proofs.pop() == "" and len(events) == len(proofs), "there are not as many events as proofs")
    for line, proof in zip(events, proofs):
        e, proof, leaf = json.loads(line), proof.split("\n"), sha(b"\0" + line.encode())
        def so(holds, what): need(holds, "%s: %s" % (e.get("id"), what))
        so(json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == line, "not canonical")  # 1
        so(valid(schema("envelope.v1.json"), e) and e["dataschema"] == "https://keyledger.io/schemas/%s.json" % e["type"][13:]
           and valid(schema(e["type"][13:] + ".json"), e["data"]), "not of its schema")  # 2
        kind, source, number, about = e["type"][13:-3], e["source"], int(e["sequence"]), e["data"].get("keyId")
        place = (2,) if proof[0] == "keyledger/use-proof@v1" else (int(kind == "audit.usage-batch-sealed"), source, number)
        so((source, number) not in seen and place >= order, "there twice, or out of order")  # 3
        seen.add((source, number))
        last, head = heads.get(source, (0, "0" * 64))
        so(number != last + 1 or e["prevhash"] == head, "not the hash of the event before")  # 4
        so(key in (None, about) or kind == "audit.usage-batch-sealed", "about another key")
        if len(place) > 1:  # of the ledger
            so(proof[0] == "c2sp.org/tlog-proof@v1", "a proof of another form")
            so(included(leaf, number_in(part(proof[1], "index")), int(size), b64(root), proof[2:]), "not in the log")  # 5
            if kind == "audit.usage-batch-sealed": batches[e["id"]] = e["data"]
            else: so(number == last + 1 or not (last or key), "a hole before it")  # 3
            if ":key:" in source:  # 7
                life = lives.setdefault(source, {})
                so(source.endswith(":key:" + about), "about another key than its source")
                so((kind == "key.created") == (number == 1), "a life begins with its creation, and once")
                so(not life or kind in ("revocation.confirmed", "key.deleted") and kind not in life.values(), "after its end")
                if kind in ("key.revoked", "key.expired", "key.deleted"): life[e["id"]] = kind
                for edge in e["data"]["edges"] if e["data"].get("cause") in life else []:
                    for lane, most in enumerate(edge["lanes"]):  # what each had accepted when it confirmed the end
                        of = about, edge["edge"], edge["boot"], str(lane)
                        limits[of] = min(most, limits.get(of, most))
        else:  # of an edge
            batch, index = batches[part(proof[1], "batch")], number_in(part(proof[2], "index"))
            so(included(leaf, index, batch["count"], b64(batch["root"]), proof[3:]), "not sealed")  # 5
            most = limits.get((about, *source.split(":")[-3:]), number)
            so(kind != "key.used" or number <= most, "used after its confirmed end")  # 7
        count["events" if len(place) > 1 else "uses"] += 1
        heads[source], order = (number, leaf.hex()), place
    need(all(manifest[name] == count[name] for name in count), "not as many as the manifest says")
    if key:
        source = [each for each in heads if each.endswith(":key:" + key)][0]
        number, head = heads[source]
        end = ["keyledger/head/v1", origin, size, root, source, str(number), base64.b64encode(bytes.fromhex(head)).decode()]
        need(note("head") == end, "the end is cut off")
    print("PROVED: %d events and %d uses, in the log %s at %s" % (count["events"], count["uses"], origin, size))

if len(sys.argv) != 3:
    print(__doc__)
    sys.exit(2)
folder, vkey = sys.argv[1:]
try: check()
except OSError as problem:
    print("CANNOT TELL:", problem)
    sys.exit(2)
except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
    need(False, "not as it was written: %r" % problem)
