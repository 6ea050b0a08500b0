<#
.SYNOPSIS
Signs in, uploads a file, lists the folder, downloads the file again and compares. PowerShell 5.1 and 7.
.EXAMPLE
./upload_download.ps1 http://HOST:PORT USER PASSWORD FILE
.EXAMPLE
./upload_download.ps1 http://HOST:PORT USER -File FILE      (password from CLOUDLET_PASSWORD, or asked for)
.NOTES
Exit codes: 0 done; 1 the server refused, or the bytes differ; 2 wrong usage; 3 no answer from the server.
#>
param(
    [Parameter(Mandatory = $true, Position = 0)][string]$Url,
    [Parameter(Mandatory = $true, Position = 1)][string]$User,
    [Parameter(Position = 2)][string]$Password = $env:CLOUDLET_PASSWORD,
    [Parameter(Mandatory = $true, Position = 3)][string]$File
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Net.Http

function Stop-Sample([string]$Message, [int]$Code = 1) {
    [Console]::Error.WriteLine("error: $Message")
    exit $Code
}

if (-not (Test-Path -LiteralPath $File -PathType Leaf)) { Stop-Sample "there is no file $File" 2 }
if (-not $Password) {
    $secret = Read-Host -AsSecureString "Password of $User"
    $Password = (New-Object System.Net.NetworkCredential('', $secret)).Password
}
$path = (Resolve-Path -LiteralPath $File).ProviderPath
$name = Split-Path -Leaf $path
$copy = Join-Path (Get-Location).ProviderPath "$name.downloaded"

# One session holds the cookies that the server sets; the HTTP client below shares them and streams big files.
$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$handler = New-Object System.Net.Http.HttpClientHandler
$handler.CookieContainer = $session.Cookies
$client = New-Object System.Net.Http.HttpClient($handler)
$client.Timeout = [System.Threading.Timeout]::InfiniteTimeSpan

# Builds the URL of an operation, every value escaped.
function Get-CallUrl([string]$Operation, [hashtable]$Parameters) {
    $pairs = foreach ($key in $Parameters.Keys) { $key + '=' + [Uri]::EscapeDataString([string]$Parameters[$key]) }
    return $Url.TrimEnd('/') + "/core/${Operation}?" + ($pairs -join '&')
}

# Calls an operation with its parameters as a form and gives the reply as XML.
function Invoke-Call([string]$Operation, [hashtable]$Parameters) {
    try {
        $reply = Invoke-WebRequest -UseBasicParsing -Method Post -WebSession $session -Body $Parameters `
            -Uri ($Url.TrimEnd('/') + "/core/$Operation")
    } catch {
        Stop-Sample "${Operation}: $($_.Exception.Message)" 3
    }
    return [xml]$reply.Content
}

# An action answers <commands><command><type>..</type><result>1</result><message>..</message></command></commands>.
function Assert-Success([string]$What, [xml]$Reply) {
    $command = $Reply.SelectSingleNode('/commands/command')
    if ($null -eq $command -or $command.SelectSingleNode('result').InnerText -ne '1') {
        Stop-Sample "${What}: $($Reply.InnerText)"
    }
}

Assert-Success "cannot sign in as $User" (Invoke-Call 'loginguest' @{ userid = $User; password = $Password })
Write-Output "signed in as $User"

# The file is one part of a multipart form; the parameters are in the query. The answer is exactly OK.
$stream = [System.IO.File]::OpenRead($path)
try {
    $part = New-Object System.Net.Http.StreamContent($stream)
    $part.Headers.TryAddWithoutValidation('Content-Disposition', 'form-data; name="file_contents"; filename="file"') | Out-Null
    $form = New-Object System.Net.Http.MultipartFormDataContent
    $form.Add($part)
    $target = Get-CallUrl 'upload' @{ appname = 'explorer'; path = "/$User"; filename = $name; offset = 0; complete = 1; filesize = $stream.Length }
    $answer = $client.PostAsync($target, $form).GetAwaiter().GetResult()
    $text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
} catch {
    Stop-Sample "upload: $($_.Exception.GetBaseException().Message)" 3
} finally {
    $stream.Dispose()
}
if ($text -ne 'OK') { Stop-Sample "cannot upload ${name}: $text" }
Write-Output "uploaded $File to /$User/$name"

$listing = Invoke-Call 'getfilelist' @{ path = "/$User"; limit = 10; sortby = 'date'; sortdir = -1 }
Write-Output "/$User holds $($listing.SelectSingleNode('/entries/meta/total').InnerText) entries, the newest:"
foreach ($entry in $listing.SelectNodes('/entries/entry')) {
    Write-Output "    $($entry.SelectSingleNode('name').InnerText)  $($entry.SelectSingleNode('fullsize').InnerText) bytes"
}

# A download that fails has a status of 400 or more, and the reason as its body.
try {
    $target = Get-CallUrl 'downloadfile' @{ filepath = "/$User/$name"; filename = $name }
    $answer = $client.GetAsync($target, [System.Net.Http.HttpCompletionOption]::ResponseHeadersRead).GetAwaiter().GetResult()
    if (-not $answer.IsSuccessStatusCode) {
        Stop-Sample "cannot download ${name}: $([int]$answer.StatusCode) $($answer.Content.ReadAsStringAsync().GetAwaiter().GetResult())"
    }
    $output = [System.IO.File]::Create($copy)
    try { $answer.Content.CopyToAsync($output).GetAwaiter().GetResult() | Out-Null } finally { $output.Dispose() }
} catch {
    Stop-Sample "download: $($_.Exception.GetBaseException().Message)" 3
}
if ((Get-FileHash -LiteralPath $path).Hash -ne (Get-FileHash -LiteralPath $copy).Hash) { Stop-Sample "$path and $copy differ" }
Write-Output "downloaded to ${copy}: equal"

Assert-Success 'cannot sign out' (Invoke-Call 'locksession' @{})
