-- Asks an edge whether the request may pass. Apache has no forward-auth of its own; this holds a worker while it waits.
local http, https = require "socket.http", require "ssl.https"
local EDGE, HOST, CA = "edge.internal:9443", "edge.internal", "/etc/keyledger/ca.pem"
local CARRIED = {"Authorization", "X-API-Key", "User-Agent"}
local IDENTITY = {"Key-Id", "Credential-Id", "Tenant", "Owner", "Scope", "Name"}
local LIMITS = {"Retry-After", "RateLimit", "RateLimit-Policy"}
local SECONDS = 2

-- LuaSec checks the chain and leaves the name to us.
local function certifies(certificate, host)
    local names = certificate and certificate:extensions()["2.5.29.17"]
    for _, name in ipairs(names and names.dNSName or {}) do
        if name == host then return true end
    end
    return false
end

local function connection()
    local tls = https.tcp{protocol = "any", options = "all", verify = "peer", cafile = CA}()
    local connect = tls.connect
    function tls:connect(...)
        local done, failure = connect(self, ...)
        if done and not certifies(self.sock:getpeercertificate(), HOST) then
            self.sock:close()
            return nil, "the certificate is not for " .. HOST
        end
        return done, failure
    end
    return tls
end

function authorize(r)
    -- A header that Connection names is dropped by the next hop: it must not be one of ours.
    if (r.headers_in["Connection"] or ""):lower():find("keyledger", 1, true) then
        return 400
    end
    local headers = {
        ["X-Forwarded-Method"] = r.method, ["X-Forwarded-Uri"] = r.unparsed_uri, ["X-Forwarded-For"] = r.useragent_ip}
    for _, name in ipairs(CARRIED) do
        headers[name] = r.headers_in[name] -- two lines of one name come as one, with a comma: no key
    end
    http.TIMEOUT, https.TIMEOUT = SECONDS, SECONDS
    local done, status, answer = http.request{
        url = "http://" .. EDGE .. "/v1/authorize", headers = headers, create = connection, redirect = false}
    if done and status == 204 then
        for _, name in ipairs(IDENTITY) do
            r.headers_in["X-Keyledger-" .. name] = answer["x-keyledger-" .. name:lower()]
        end
        return apache2.DECLINED
    elseif done and status == 401 then
        r.err_headers_out["WWW-Authenticate"] = answer["www-authenticate"]
        return 401
    elseif done and status == 403 then
        return 403
    elseif done and status == 429 then
        for _, name in ipairs(LIMITS) do
            r.err_headers_out[name] = answer[name:lower()]
        end
        return 429
    end
    return 503
end
