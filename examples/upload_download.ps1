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

# The reason in the body of a refusal: the message of the envelope, or the body itself where it is a bare sentence.
function Get-Reason([string]$Body) {
    if ($Body -match '<message>(.*)</message>') { return [System.Net.WebUtility]::HtmlDecode($Matches[1]) }
    return $Body
}

# Calls an operation with its parameters as a form and gives the reply as XML, that of a refusal (status 400) too.
function Invoke-Call([string]$Operation, [hashtable]$Parameters) {
    $request = @{ Uri = $Url.TrimEnd('/') + "/core/$Operation"; Body = $Parameters }
    if ($PSVersionTable.PSVersion.Major -ge 7) { $request.SkipHttpErrorCheck = $true }
    try {
        $text = (Invoke-WebRequest -UseBasicParsing -Method Post -WebSession $session @request).Content
    } catch [System.Net.WebException] {
        # Windows PowerShell 5.1 throws for every status of 400 or more; the reply is in the exception.
        if ($null -eq $_.Exception.Response) { Stop-Sample "${Operation}: $($_.Exception.Message)" 3 }
        $stream = $_.Exception.Response.GetResponseStream()
        if ($stream.CanSeek) { $stream.Position = 0 }
        $text = (New-Object System.IO.StreamReader($stream, [System.Text.Encoding]::UTF8)).ReadToEnd()
    } catch {
        Stop-Sample "${Operation}: $($_.Exception.Message)" 3
    }
    try { return [xml]$text } catch { Stop-Sample "${Operation}: $text" }
}

# An action answers <commands><command><type>..</type><result>1</result><message>..</message></command></commands>.
function Assert-Success([string]$What, [xml]$Reply) {
    $command = $Reply.SelectSingleNode('/commands/command')
    if ($null -eq $command -or $command.SelectSingleNode('result').InnerText -ne '1') {
        Stop-Sample "${What}: $(Get-Reason $Reply.OuterXml)"
    }
}

Assert-Success "cannot sign in as $User" (Invoke-Call 'loginguest' @{ userid = $User; password = $Password })
Write-Output "signed in as $User"

# The file is one part of a multipart form; the parameters are in the query. The answer is exactly OK, or the reason why not.
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
if ($text -ne 'OK') { Stop-Sample "cannot upload ${name}: $(Get-Reason $text)" }
Write-Output "uploaded $File to /$User/$name"

$listing = Invoke-Call 'getfilelist' @{ path = "/$User"; limit = 10; sortby = 'date'; sortdir = -1 }
if ($null -eq $listing.SelectSingleNode('/entries')) { Stop-Sample "cannot list /${User}: $(Get-Reason $listing.OuterXml)" }
Write-Output "/$User holds $($listing.SelectSingleNode('/entries/meta/total').InnerText) entries, the newest:"
foreach ($entry in $listing.SelectNodes('/entries/entry')) {
    Write-Output "    $($entry.SelectSingleNode('name').InnerText)  $($entry.SelectSingleNode('fullsize').InnerText) bytes"
}

# A download that fails has a status of 400 or more, and the reason as its body.
try {
    $target = Get-CallUrl 'downloadfile' @{ filepath = "/$User/$name"; filename = $name }
    $answer = $client.GetAsync($target, [System.Net.Http.HttpCompletionOption]::ResponseHeadersRead).GetAwaiter().GetResult()
    if (-not $answer.IsSuccessStatusCode) {
        $text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
        Stop-Sample "cannot download ${name}: $([int]$answer.StatusCode) $(Get-Reason $text)"
    }
    $output = [System.IO.File]::Create($copy)
    try { $answer.Content.CopyToAsync($output).GetAwaiter().GetResult() | Out-Null } finally { $output.Dispose() }
} catch {
    Stop-Sample "download: $($_.Exception.GetBaseException().Message)" 3
}
if ((Get-FileHash -LiteralPath $path).Hash -ne (Get-FileHash -LiteralPath $copy).Hash) { Stop-Sample "$path and $copy differ" }
Write-Output "downloaded to ${copy}: equal"

Assert-Success 'cannot sign out' (Invoke-Call 'locksession' @{})
