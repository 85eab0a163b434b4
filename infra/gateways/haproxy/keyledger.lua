-- Asks an edge whether the request may pass. Sets txn.keyledger to the edge's status, 503 when there is no answer.
local CARRIED = {"authorization", "x-api-key", "user-agent"}
local IDENTITY = {"key-id", "credential-id", "tenant", "owner", "scope", "name"}
local LIMITS = {"retry-after", "ratelimit", "ratelimit-policy"}

core.register_action("keyledger", {"http-req"}, function(txn)
    local given, headers = txn.http:req_get_headers(), {}
    for _, name in ipairs(CARRIED) do
        if given[name] then
            headers[name] = {}
            for i = 0, #given[name] do -- from 0: each line that came, so that the edge sees two keys as two
                table.insert(headers[name], given[name][i])
            end
        end
    end
    headers["x-forwarded-method"] = {txn.f:method()}
    headers["x-forwarded-uri"] = {txn.f:pathq()}
    headers["x-forwarded-for"] = {txn.f:src()}

    local asked, answer = pcall(function()
        return core.httpclient():get{
            url = "http://keyledger/v1/authorize", dst = "abns@keyledger", headers = headers, timeout = 3000}
    end)
    if not asked or not answer or not answer.status then
        txn:set_var("txn.keyledger", 503)
        return
    end
    for _, name in ipairs(IDENTITY) do
        local value = answer.headers["x-keyledger-" .. name]
        txn:set_var("txn.keyledger_" .. name:gsub("-", "_"), value and value[0] or "")
    end
    for _, name in ipairs(LIMITS) do
        local value = answer.headers[name]
        txn:set_var("txn.keyledger_" .. name:gsub("-", "_"), value and value[0] or "")
    end
    local challenge = answer.headers["www-authenticate"]
    txn:set_var("txn.keyledger_challenge", challenge and challenge[0] or "ApiKey")
    txn:set_var("txn.keyledger", answer.status)
end)
