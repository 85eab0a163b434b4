#!/usr/bin/env python3
"""python3 verify.py DIR VKEY - checks an export with Python's own library and openssl; see VERIFY.md. Schemas are not checked."""
import base64, hashlib, json, os, subprocess, sys, tempfile

def bad(what): sys.exit("TAMPERED: " + what)  # exit code 1
def need(ok, what): ok or bad(what)
def b64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64"); return raw
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def leaf(data): return sha(b"\0", data)
def read(name): return open(os.path.join(folder, name), "rb").read()
def openssl(key, text, signature):
    with tempfile.TemporaryDirectory() as t:
        der = bytes.fromhex("302a300506032b6570032100") + key
        for name, data in (("key", der), ("text", text), ("sig", signature)): open(os.path.join(t, name), "wb").write(data)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin",
                               "-in", "text", "-sigfile", "sig"], cwd=t, capture_output=True).returncode == 0
def note(name):  # a signed note: text, empty line, signatures
    text, _, lines = read(name).decode().rpartition("\n\n")
    text = (text + "\n").encode()
    log, key_hash, typed = vkey.split("+", 2)
    key = b64(typed)
    need(key[0] == 1 and sha(log.encode(), b"\n", key)[:4].hex() == key_hash, "verifier key")
    its = [b64(l.split(" ")[2]) for l in lines.splitlines() if l.startswith("\u2014 " + log + " ")]
    its = [s[4:] for s in its if s[:4].hex() == key_hash]
    need(its and all(openssl(key[1:], text, s) for s in its), name + " is not signed by that key")
    return text.decode().split("\n")
def included(h, index, size, root, path):  # RFC 9162 2.1.3.2
    node, last = index, size - 1
    for p in path:
        if node & 1 or node == last:
            h = sha(b"\1", p, h)
            while node and not node & 1: node, last = node >> 1, last >> 1
        else: h = sha(b"\1", h, p)
        node, last = node >> 1, last >> 1
    return index < size and last == 0 and h == root
def limits(life, edge, boot):  # what that edge had confirmed when the key ended
    ends = {e["id"] for e in life if e["type"].split(".")[3] in ("revoked", "expired", "deleted") and ".key." in e["type"]}
    return [c["lanes"] for e in life if e["type"] == "io.keyledger.revocation.confirmed.v1" and e["data"]["cause"] in ends
            for c in e["data"]["edges"] if (c["edge"], c["boot"]) == (edge, boot)]

folder, vkey = sys.argv[1:3]
try:
    for line in read("SHA256SUMS").decode().splitlines():
        need(hashlib.sha256(read(line[66:])).hexdigest() == line[:64], line[66:] + " is not as it was written")
    origin, size, root = note("checkpoint")[:3]
    need(origin == vkey.split("+")[0] and read("vkey").decode() == vkey + "\n", "another log")
    manifest = json.loads(read("manifest.json"))
    batches, lives, ends, seen, count = {}, {}, {}, set(), {"events": 0, "uses": 0}
    proofs = read("proofs").decode().split("\n\n")
    events = read("events.ndjson").decode().split("\n")
    need(events.pop() == "" and proofs.pop() == "" and len(events) == len(proofs), "events and proofs are not as many")
    for line, proof in zip(events, proofs):
        e, p = json.loads(line), proof.split("\n")
        need(json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == line, "not canonical: " + e["id"])
        source, number, h = e["source"], int(e["sequence"]), leaf(line.encode())
        need((source, number) not in seen, "twice: " + e["id"]); seen.add((source, number))
        before = ends.get(source, (0, "0" * 64))
        need(before[0] + 1 != number or before[1] == e["prevhash"] or source not in ends and number > 1, "prevhash: " + e["id"])
        about = e["data"].get("keyId")
        need(manifest.get("keyId") in (None, about) or e["type"] == "io.keyledger.audit.usage-batch-sealed.v1", "another key: " + e["id"])
        if p[0] == "c2sp.org/tlog-proof@v1":
            need(included(h, int(p[1][6:]), int(size), b64(root), [b64(x) for x in p[2:]]), "not in the log: " + e["id"])
            count["events"] += 1
            if ":usage:" in source: batches[e["id"]] = e["data"]
            else: need(before[0] + 1 == number or source not in ends and not manifest.get("keyId"), "a hole before " + e["id"])
            if ":key:" in source:
                life = lives.setdefault(about, [])
                over = [x["type"].split(".")[3] for x in life if x["type"].split(".")[2:4][1] in ("revoked", "expired", "deleted")]
                need(not over or ".revocation." in e["type"] or ".key.deleted." in e["type"] and "deleted" not in over, "after the end: " + e["id"])
                life.append(e)
        else:
            b = batches.get(p[1][6:]) or bad("not sealed: " + e["id"])
            need(included(h, int(p[2][6:]), b["count"], b64(b["root"]), [b64(x) for x in p[3:]]), "not sealed: " + e["id"])
            count["uses"] += 1
            edge, boot, lane = source.split(":")[-3:]
            for lanes in limits(lives.get(about, []), edge, boot) if e["type"] == "io.keyledger.key.used.v1" else []:
                need(int(lane) >= len(lanes) or number <= lanes[int(lane)], "used after its confirmed end: " + e["id"])
        ends[source] = (number, h.hex())
    need(all(manifest[n] == count[n] for n in count), "not as many as the manifest says")
    if manifest.get("keyId"):
        source = next(s for s in ends if s.endswith(":key:" + manifest["keyId"]))
        last = base64.b64encode(bytes.fromhex(ends[source][1])).decode()
        need(note("head")[:7] == ["keyledger/head/v1", origin, size, root, source, str(ends[source][0]), last], "the end is cut off")
except (ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration) as e: bad("not as it was written: %r" % e)
except OSError as e: print("CANNOT TELL:", e); sys.exit(2)
print("PROVED: %d events and %d uses, in the log %s at %s" % (count["events"], count["uses"], origin, size))
