<#
.SYNOPSIS
Signs in, uploads a file and signs out, with the cookies sent back as they came. PowerShell 5.1 and 7.
.EXAMPLE
./upload.ps1 http://HOST:PORT USER FILE      (password from CLOUDLET_PASSWORD, or asked for)
.NOTES
The file is read into memory; upload_download.ps1 sends one of any size.
Exit codes: 0 done; 1 the server refused; 2 wrong usage; 3 no answer from the server.
#>
param(
    [Parameter(Mandatory = $true, Position = 0)][string]$Url,
    [Parameter(Mandatory = $true, Position = 1)][string]$User,
    [Parameter(Mandatory = $true, Position = 2)][string]$File
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Sample([string]$Message, [int]$Code = 1) {
    [Console]::Error.WriteLine("error: $Message")
    exit $Code
}

# Sends a request and gives the reply. A refusal has status 400 and says why in its body, as XML or, for an upload, as
# a bare sentence.
function Send-Request([string]$Operation, [hashtable]$Request) {
    if ($PSVersionTable.PSVersion.Major -ge 7) { $Request.SkipHttpErrorCheck = $true }
    try {
        $reply = Invoke-WebRequest -UseBasicParsing -Method Post -Uri ($Url.TrimEnd('/') + "/core/$Operation") @Request
    } catch [System.Net.WebException] {
        # Windows PowerShell 5.1 throws for every status of 400 or more; the reply is in the exception.
        if ($null -eq $_.Exception.Response) { Stop-Sample $_.Exception.Message 3 }
        $stream = $_.Exception.Response.GetResponseStream()
        if ($stream.CanSeek) { $stream.Position = 0 }
        $text = (New-Object System.IO.StreamReader($stream, [System.Text.Encoding]::UTF8)).ReadToEnd()
        $reply = New-Object PSObject -Property @{ StatusCode = [int]$_.Exception.Response.StatusCode; Content = $text }
    } catch {
        Stop-Sample $_.Exception.Message 3
    }
    if ([int]$reply.StatusCode -ge 400) {
        $reason = $reply.Content
        if ($reason -match '<message>(.*)</message>') { $reason = [System.Net.WebUtility]::HtmlDecode($Matches[1]) }
        Stop-Sample "$($Operation.Split('?')[0]): $reason"
    }
    return $reply
}

if (-not (Test-Path -LiteralPath $File -PathType Leaf)) { Stop-Sample "there is no file $File" 2 }
$password = $env:CLOUDLET_PASSWORD
if (-not $password) {
    $secret = Read-Host -AsSecureString "Password of $User"
    $password = (New-Object System.Net.NetworkCredential('', $secret)).Password
}

$LoginResponse = Send-Request 'loginguest' @{ Body = @{ userid = $User; password = $password } }
# One text in Windows PowerShell 5.1, a list of texts in PowerShell 7: joined by commas both are the same.
$cookies = $LoginResponse.Headers['Set-Cookie'] -join ','

# The file is the one part of a multipart form; the parameters are in the query.
$path = (Resolve-Path -LiteralPath $File).ProviderPath
$folder = [Uri]::EscapeDataString("/$User")
$name = [Uri]::EscapeDataString((Split-Path -Leaf $path))
$boundary = [Guid]::NewGuid().ToString()
$head = "--$boundary`r`nContent-Disposition: form-data; name=`"file`"; filename=`"file`"`r`n`r`n"
$tail = "`r`n--$boundary--`r`n"
$utf8 = [System.Text.Encoding]::UTF8
$body = New-Object System.IO.MemoryStream
$body.Write($utf8.GetBytes($head), 0, $utf8.GetByteCount($head))
$bytes = [System.IO.File]::ReadAllBytes($path)
$body.Write($bytes, 0, $bytes.Length)
$body.Write($utf8.GetBytes($tail), 0, $utf8.GetByteCount($tail))
$content = $body.ToArray()
Send-Request "upload?appname=explorer&path=$folder&filename=$name" @{
    Headers     = @{ Cookie = $cookies }
    ContentType = "multipart/form-data; boundary=$boundary"
    Body        = $content
} | Out-Null
Write-Output "uploaded $File to /$User"

Send-Request 'locksession' @{ Headers = @{ Cookie = $cookies }; Body = @{} } | Out-Null
