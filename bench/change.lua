-- For wrk: every request changes something, and no two are equal.
local number = 0
function request()
    number = number + 1
    return wrk.format("POST", "/core/setdisplayname?dispname=name" .. number, nil, "")
end
