// The records of the API's replies. Generated: cloudlet api --types > src/portal/replies.d.ts

/** An entry of an access list. */
export interface AccessEntryRecord {
  /** The account; empty for a group. */
  user: string;
  /** The id of the group; empty for an account. */
  groupid: string;
  /** Letters of RWDS. */
  perm: string;
  /** Whether that is allowed or denied. */
  flag: "allow" | "deny";
  /** Whom it is about. */
  type: "user" | "group";
  /** The name of the account or group. */
  name: string;
}

/** The folder of an access list. */
export interface AccessListMeta {
  /** The id of the list; empty without one. */
  aclid: string;
  /** When it was made; empty without one. */
  createddate: string;
  /** When it was made; empty without one. */
  createdts: number | "";
  /** The path of the folder. */
  path: string;
  /** Whether the lists of the folders above hold too. */
  inherit: 0 | 1;
  /** How many entries are about users. */
  usercount: number;
  /** How many entries are about groups. */
  groupcount: number;
}

/** How else it is shared. */
export interface AccessMeta {
  /** Whether a link leads to it. */
  ispublic: 0 | 1;
}

/** What an account holds. */
export interface AccountUsage {
  /** The name. */
  username: string;
  /** Bytes of its files. */
  livebytes: number;
  /** How many files it has. */
  livefiles: number;
  /** Bytes of versions. */
  versionsbytes: number;
  /** Bytes in its recycle bin. */
  binbytes: number;
  /** Bytes of unfinished uploads. */
  incompletebytes: number;
  /** Bytes of all these. */
  totalbytes: number;
  /** How many bytes it may hold; 0 for no limit. */
  quotabytes: number;
}

/** A share that is opened by its link. */
export interface ActiveShareRecord {
  /** What it is called. */
  sharename: string;
  /** The full path of what is shared. */
  accesspath: string;
  /** When it was opened last, as `4 hours ago`. */
  lastaccess: string;
  /** How often it was opened. */
  visits: number;
}

/** What happened to a file or folder. */
export interface ActivityRecord {
  /** The full path. */
  path: string;
  /** 1 for a file, 0 for a folder. */
  isfile: 0 | 1;
  /** The path of its folder. */
  parent: string;
  /** What happened, as a number: see the operation. */
  actioncode: number;
  /** Who did it. */
  who: string;
  /** When it happened. */
  when: string;
  /** What the client called itself. */
  how: string;
  /** What belongs to it: see the operation. */
  misc: string;
  /** The name. */
  name: string;
  /** When it happened. */
  whenepochutc: number;
  /** Whether `getprofileimage` has a picture of who did it. */
  hasprofileimage: 0 | 1;
}

/** A language of the admin portal. */
export interface AdminLanguageRecord {
  /** Its name in English. */
  name: string;
  /** Whether the answers of the API are in it. */
  current: 0 | 1;
}

/** What may be done in an area of the administration. */
export interface AdminOperationRecord {
  /** The area. */
  opname: string;
  /** Whether things may be changed there. */
  update: 0 | 1;
  /** Whether one may look there. */
  read: 0 | 1;
}

/** What may be done in an area of the administration. */
export interface AdminPermissionRecord {
  /** Whether one may look there. */
  read: 0 | 1;
  /** Whether things may be changed there. */
  write: 0 | 1;
  /** Not in use here. */
  share: 0;
  /** Not in use here. */
  sync: 0;
  /** Whether things may be changed there. */
  create: 0 | 1;
  /** Whether things may be changed there. */
  update: 0 | 1;
  /** Whether things may be changed there. */
  delete: 0 | 1;
  /** Not in use here. */
  issharedtoyou: 0;
  /** Not in use here. */
  shareowner: "";
}

/** An administrator. */
export interface AdminUserRecord {
  /** The name of the account. */
  name: string;
  /** The name that others see. */
  displayname: string;
  /** Whether they may do everything. */
  isfull: 0 | 1;
}

/** Something that needs a look. */
export interface AlertRecord {
  /** The id. */
  rid: string;
  /** Always `WARNING`. */
  level: string;
  /** What could not be done: `read`, `remove`, `change` or `finish`. */
  type: string;
  /** Where it is, what it is, and what to do about it. */
  description: string;
}

/** A row of the audit log. */
export interface AuditRecord {
  /** The id: the greater, the newer. */
  id: string;
  /** The account that acted. */
  username: string;
  /** What happened, in one text. */
  message: string;
  /** The address that the call came from. */
  ip: string;
  /** When it happened. */
  createdon: string;
  /** What the client called itself. */
  agent: string;
  /** The operation. */
  operation: string;
  /** What it was about. */
  object: string;
  /** How it ended: `ok`, or the word for a failure. */
  outcome: string;
  /** Why it failed, or what it told. */
  reason: string;
  /** How long it took, in microseconds. */
  durationmicroseconds: number;
  /** When it happened. */
  createdms: number;
  /** For how many calls the row stands. */
  calls: number;
}

/** Who is signed in. */
export interface AuthenticationRecord {
  /** The name of the account; empty when nobody is signed in. */
  profile: string;
  /** The name that others see. */
  displayname: string;
  /** The name of the account. */
  peerid: string;
  /** Whether somebody is signed in. */
  authenticated: 0 | 1;
  /** Whether somebody is signed in. */
  isguestauthenticated: 0 | 1;
  /** How old clients were to hash a password. */
  hash: "sha1";
  /** Not in use here. */
  guesthash: "";
  /** Not in use here. */
  guesthashurl: "";
  /** Whether the server is another machine than the client's. */
  isremote: 1;
  /** Not in use here. */
  reasoncode: "";
  /** What kind of server this is. */
  OS: "TONIDO_CLOUD";
  /** How accounts are kept. */
  authtype: "DEFAULT";
  /** Whether there is a sign-in by SAML. */
  enablesaml: 0;
  /** What the account may do; empty when nobody is signed in. */
  userlevel: "FULL" | "GUEST" | "DISABLED" | "";
  /** Where the account is kept: 0, by this cloud. */
  userauthtype: string;
}

/** The calls of a stretch of time. */
export interface CallCount {
  /** When the stretch begins. */
  start: number;
  /** How many calls there were. */
  calls: number;
  /** How many of them were refused. */
  refused: number;
  /** How many of them failed by the server's fault. */
  failed: number;
}

/** A check of database and disk. */
export interface CheckRecord {
  /** `quick`, or `deep` when every byte was read. */
  kind: string;
  /** Who began it; empty for the server itself. */
  username: string;
  /** When it began. */
  beganepochutc: number;
  /** When it ended. */
  endedepochutc: number;
  /** How many files it looked at. */
  files: number;
  /** How many folders it looked at. */
  folders: number;
  /** How many contents were compared with their checksums. */
  compared: number;
  /** How many contents got their first checksum. */
  taken: number;
  /** How many rows of the database were put right. */
  mended: number;
  /** How many things are wrong. */
  wrong: number;
  /** Why it could not be finished; empty when it was. */
  failure: string;
  /** What is wrong, a line each. */
  findings: string;
}

/** Which check is under way, and when the next one and the last backup are or were. */
export interface ChecksMeta {
  /** Whether a check is under way. */
  isrunning: 0 | 1;
  /** Whether it reads every byte. */
  isdeep: 0 | 1;
  /** When it began; 0 without one. */
  sinceepochutc: number;
  /** How many files it has looked at. */
  files: number;
  /** Every so many days every byte is read; 0 for never. */
  deepcheckdays: number;
  /** When the next such check begins; 0 for never. */
  nextdeepepochutc: number;
  /** Where backups go; empty for nowhere. */
  backupto: string;
  /** Every so many hours there is a backup. */
  backupeveryhours: number;
  /** When the last backup that succeeded began; 0 for never. */
  lastbackupepochutc: number;
  /** When the last backup ended; 0 for never. */
  backupendedepochutc: number;
  /** Why the last backup failed; empty when it did not. */
  backupfailure: string;
  /** How many files the last backup could not take. */
  backupexceptions: number;
  /** Which these are, a line each. */
  backupfindings: string;
}

/** A comment. */
export interface Comment {
  /** The id. */
  id: string;
  /** The account that wrote it. */
  who: string;
  /** When it was written. */
  when: string;
  /** What it says. */
  text: string;
  /** When it was written. */
  whenepochutc: number;
  /** Whether `getprofileimage` has a picture of who wrote it. */
  hasprofileimage: 0 | 1;
}

/** A text that a client keeps for an account. */
export interface ConfigItemRecord {
  /** The group of the value. */
  key: string;
  /** Its name in the group. */
  name: string;
  /** The text. */
  value: string;
}

/** A setting by FileCloud's name for it. */
export interface ConfigSettingRecord {
  /** The name, as it was asked for. */
  param: string;
  /** The value; empty for a secret and for an unknown name. */
  value: string;
  /** Whether there is such a setting. */
  isvalid: 0 | 1;
  /** Whether `setconfigsetting` can change it. */
  ischangeable: 0 | 1;
}

/** When this was counted. */
export interface CountMeta {
  /** When it was. */
  countedepochutc: number;
  /** Whether every folder was looked into at least once, so that no file is missing. */
  iscomplete: 0 | 1;
  /** How many records there are. */
  total: number;
}

/** How a cloud calls itself and what it looks like. */
export interface Customization {
  /** Not in use here. */
  devicenode: "";
  /** Whether the values that follow count. */
  enabled: 1;
  /** Not in use here. */
  MOBILEURL: "";
  /** Not in use here. */
  DESKTOPURL: "";
  /** The name of the cloud. */
  WINDOWTITLE: string;
  /** Whether people can make an account for themselves. */
  SHOWNEWACCOUNT: 0;
  /** Whether sounds are left out. */
  DISABLEMUSIC: 0;
  /** The colour of buttons and marks, as `#rrggbb`; empty for the one of the program. */
  accentcolour: string;
  /** Whether administrators have set a logo. */
  haslogo: 0 | 1;
  /** Whether there are terms of use. */
  hasterms: 0 | 1;
  /** Whether there are words about people's data. */
  hasprivacy: 0 | 1;
}

/** What a device is to do. */
export interface DeviceCommandRecord {
  /** The id of the record. */
  rid: string;
  /** 10000 to show a message, 10001 to remove all files of the cloud, 10002 as a word that it is blocked. */
  remote_command_id: number;
  /** The id that the device has given itself. */
  remote_client_id: string;
  /** The message. */
  message: string;
  /** The account. */
  userid: string;
}

/** A device that signs in under an id of its own, or a phone that was paired. */
export interface DeviceRecord {
  /** The id of the record. */
  rid: string;
  /** The id that it has given itself. */
  remote_client_id: string;
  /** The version of the protocol. */
  remote_client_api_level: string;
  /** What it is called. */
  remote_client_disp_name: string;
  /** The kind of its system. */
  remote_client_os_type: string;
  /** The version of the program. */
  remote_client_app_version: string;
  /** The version of the system. */
  remote_client_os_version: string;
  /** Whether it may sign in no more. */
  isblocked: 0 | 1;
  /** When it last signed in; empty for never. */
  remote_client_last_login: string;
  /** The account. */
  userid: string;
  /** How many commands it has not acknowledged. */
  pending_actions_count: number;
  /** 0 for a device that has signed in, 1 for one that waits for approval, 2 for one that is approved. */
  remote_client_status: number;
  /** The same in a word or two. */
  remote_client_status_message: string;
  /** Not in use here. */
  server_code: "";
  /** Whether an administrator has to allow it. */
  waitsforadmin: 0 | 1;
  /** Whether an administrator has blocked it, so that its owner cannot let it in again. */
  isblockedbyadmin: 0 | 1;
  /** When it last signed in; 0 for never. */
  lastloginepochutc: number;
}

/** How much an account holds. */
export interface DiskUsageRecord {
  /** How many bytes it holds. */
  storageusage: number;
  /** How many bytes it may hold; 0 for no limit. */
  sizelimit: number;
  /** How much of that it holds, in percent. */
  usagepercent: number;
  /** Folders, with those in the recycle bin. */
  totalfolders: number;
  /** Files, with versions and those in the recycle bin. */
  totalfiles: number;
  /** What all of it takes up. */
  totalsize: string;
  /** What the versions take up. */
  versionedsize: string;
  /** How many versions there are. */
  versionedfiles: number;
  /** Files, without versions and the recycle bin. */
  livefiles: number;
  /** Folders, without the recycle bin. */
  livefolders: number;
  /** What these files take up. */
  livesize: string;
  /** Folders in the recycle bin. */
  recyclefolders: number;
  /** Files in the recycle bin. */
  recyclefiles: number;
  /** What the recycle bin takes up. */
  recyclesize: string;
  /** Unfinished uploads. */
  incompletefiles: number;
  /** What they take up. */
  incompletesize: string;
}

/** About a question of rights. */
export interface EffectiveMeta {
  /** Always empty. */
  message: "";
}

/** What became of the call. */
export interface EffectivePolicyCommand {
  /** The operation. */
  type: string;
  /** 1. */
  result: 0 | 1;
  /** Empty. */
  message: string;
}

/** A policy with the values in force for an account. */
export interface EffectivePolicyRecord {
  /** The id of the policy. */
  policyid: string;
  /** The name of the policy. */
  policyname: string;
  /** All keys with the values in force. */
  setting?: PolicyValueRecord[];
}

/** What somebody may do. */
export interface EffectiveRecord {
  /** Whether they may look and download. */
  read: 0 | 1;
  /** Whether they may add, change and rename. */
  write: 0 | 1;
  /** Whether they may delete. */
  delete: 0 | 1;
  /** Whether they may share it with others. */
  share: 0 | 1;
}

/** What became of a mail. */
export interface EmailStatusRecord {
  /** Always 0: nothing is sent. */
  status: 0;
  /** Why. */
  reason: string;
}

/** A file or folder. */
export interface EntryRecord {
  /** The full path. */
  path: string;
  /** The path of its folder, which ends with a slash in a listing. */
  dirpath: string;
  /** The name. */
  name: string;
  /** What follows the last dot of the name; empty for folders. */
  ext: string;
  /** The size in bytes; 0 for folders. */
  fullsize: number;
  /** When it was modified. */
  modified: string;
  /** `dir` for a folder, `file` for a file. */
  type: "dir" | "file";
  /** The full path. */
  fullfilename: string;
  /** The size for people; empty for folders. */
  size: string;
  /** When it was modified: the server's wall clock read as UTC, in seconds since 1970. */
  modifiedepoch: number;
  /** When it was modified. */
  modifiedepochutc: number;
  /** When it was modified: the server's wall clock. */
  modifiediso: string;
  /** 1 at the top, where accounts and disks are. */
  isroot: 0 | 1;
  /** Whether the caller may share it. */
  isshareable: 0 | 1;
  /** Whether FileCloud's clients may sync it. */
  issyncable: 0;
  /** How it is shared by those whose it is: `private` by name or group, `public` by a link; empty where it is not. */
  isshared: "private" | "public" | "";
  /** Whether it can be given another name. */
  canrename: 0 | 1;
  /** Whether browsers can show it. */
  showprev: 0 | 1;
  /** Whether it can be put into a list of favorites. */
  canfavorite: 0 | 1;
  /** Whether files can be uploaded into the folder, or a new content for the file. */
  canupload: 0 | 1;
  /** Whether it can be downloaded. */
  candownload: 0 | 1;
  /** The list of favorites it is in; 0 for none. */
  favoritelistid: string;
  /** Its id in that list; 0 for none. */
  favoriteid: string;
  /** Its position in that list; 0 for none. */
  order: string;
  /** Whether it can be edited on the spot. */
  showquickedit: 0;
  /** Whether the caller can lock or unlock it. */
  showlockunlock: 0 | 1;
  /** Whether to offer sharing. */
  showshareoption: 0 | 1;
  /** Whether its access list can be set. */
  cansetacls: 0 | 1;
  /** Whether it has tags. */
  tagged: 0;
  /** Whether it has comments. */
  commented: 0 | 1;
  /** Whether somebody shares what is shared with them. */
  isreshared: 0;
  /** Whether its shares can be managed. */
  canmanageshare: 0;
  /** Who wrote the content, where that is known. */
  lastmodifiedby: string;
  /** Whether it is locked. */
  locked: 0 | 1;
  /** Whether notices about it are off for the caller. */
  hasnotificationsrule: 0 | 1;
  /** Whether it is synced on demand. */
  isdatasyncable: 0;
  /** Names the content. */
  etag: string;
  /** In a recycle bin: the path it had. */
  deletedfrom?: string;
  /** In a recycle bin: when it was deleted. */
  deletedon?: string;
  /** In a recycle bin: when it was deleted. */
  deletedonepoch?: number;
  /** In a recycle bin: who deleted it. */
  deletedby?: string;
  /** Outside of listings: whether it may be seen but not downloaded. */
  disallowpreviewdownload?: 0;
  /** In a search: that it is still there. */
  validity?: "VALID";
  /** In a search: the path for people, as `My Files/Photos/sea.jpg`. */
  userfullpath?: string;
  /** In a search of texts: where the words stand. */
  highlight?: string;
}

/** A group that a disk is given to. */
export interface ExternalGroupRecord {
  /** The name. */
  groupname: string;
  /** The id. */
  id: string;
  /** Whether its members may write. */
  writemode: 0 | 1;
}

/** A further disk. */
export interface ExternalRecord {
  /** The id. */
  externalid: string;
  /** The name. */
  name: string;
  /** The directory. */
  location: string;
  /** How many accounts it is given to by name. */
  numusers: number;
  /** How many groups it is given to. */
  numgroups: number;
}

/** An account that a disk is given to. */
export interface ExternalUserRecord {
  /** The account. */
  name: string;
  /** Whether it may write. */
  writemode: 0 | 1;
}

/** A list of favorites. */
export interface FavoriteList {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** The list that it is in: none. */
  parentid?: string;
  /** What it is a list of. */
  type?: "favorites";
  /** How many files and folders are in it. */
  count?: number;
}

/** How many entries there are. */
export interface FavoritesMeta {
  /** How many there are. */
  total: number;
  /** Always 1. */
  result: 1;
}

/** A file or folder that needs a look. */
export interface FindingRecord {
  /** What could not be done: `read`, `remove`, `change` or `finish`. */
  kind: string;
  /** Where it is. */
  path: string;
  /** Why not, for programs. */
  reason: string;
  /** What it is, in a sentence. */
  message: string;
  /** What to do about it. */
  advice: string;
  /** When it was first met since the start. */
  sinceepochutc: number;
  /** Its id, for `removealert`. */
  rid: string;
}

/** How many findings there are. */
export interface FindingsMeta {
  /** How many are told. */
  total: number;
  /** Whether there are more than are kept. */
  ismore: 0 | 1;
}

/** How much a folder holds, itself not counted. */
export interface FolderUsage {
  /** Folders below it. */
  totalfolders: number;
  /** Files below it. */
  totalfiles: number;
  /** What they take up. */
  totalsize: string;
  /** Always `0 B`: versions are not counted here. */
  versionedsize: string;
  /** Always 0: versions are not counted here. */
  versionedfiles: 0;
  /** Files below it. */
  livefiles: number;
  /** Folders below it. */
  livefolders: number;
  /** What they take up. */
  livesize: string;
  /** Always 0: unfinished uploads are not counted here. */
  incompletefiles: 0;
  /** Always `0 B`: unfinished uploads are not counted here. */
  incompletesize: string;
}

/** A group of accounts. */
export interface GroupRecord {
  /** The id. */
  groupid: string;
  /** The name. */
  groupname: string;
  /** An e-mail address that reaches the members; may be empty. */
  emailid: string;
  /** When it was made. */
  createdon: string;
  /** Not in use here. */
  autosyncgroup: 0;
  /** Whether it is EVERYONE. */
  everyonegroup: 0 | 1;
  /** How many members it has. */
  membercount: number;
}

/** A lock. */
export interface HeldLock {
  /** The id. */
  lockrid: string;
  /** Who holds it. */
  lockuserid: string;
  /** The full path of what is locked. */
  lockpath: string;
  /** When it ends by itself; empty for never. */
  lockexpiration: string;
  /** Whether others cannot download it either. */
  lockreadlock: 0 | 1;
}

/** What this server is called, and where it is reached. */
export interface InformationRecord {
  /** The name of this cloud. */
  servicename: string;
  /** Its best address; empty where none is known. */
  serviceurl: string;
  /** Who checks passwords: this server. */
  authtype: string;
  /** How many GB an account may hold by the default policy; 0 for no limit. */
  storageperuser: string;
}

/** A language of the cloud. */
export interface LanguageRecord {
  /** Its name in English, in lower case. */
  name: string;
  /** Whether the account has chosen it. */
  current: 0 | 1;
}

/** A file that was added. */
export interface LatestFileRecord {
  /** The account that added it. */
  who: string;
  /** Its name. */
  name: string;
  /** How large it is. */
  size: string;
  /** When it was added. */
  created: string;
  /** With what it was added. */
  how: string;
  /** When it was added. */
  createdepochutc: number;
  /** The name of the account that others see. */
  whodisplayname: string;
}

/** An address of a link. */
export interface LinkAddressRecord {
  /** The address. */
  url: string;
  /** The same as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
  /** How it names the server: `name` by a name in its own network, `address` by an IP address, `public` by a name that everybody can look up. */
  kind: "name" | "address" | "public";
}

/** What whoever has a link is told about it. Of one that wants a password only that, until it is opened. */
export interface LinkRecord {
  /** Whether its password has to be given first. */
  needspassword: 0 | 1;
  /** The name of what is shared; empty where nothing of it may be seen but its name was not chosen either. */
  name: string;
  /** What it leads to: `dir` or `file`. */
  type?: "dir" | "file";
  /** The name of who shares it. */
  ownerdisplayname: string;
  /** The address of a picture of who shares it, from the root of the server; empty without one. */
  ownerimage: string;
  /** Whether visitors may upload. */
  allowpublicupload: 0 | 1;
  /** Whether visitors may look but not download. */
  allowpublicviewonly: 0 | 1;
  /** Whether visitors may upload and see nothing. */
  allowpublicuploadonly: 0 | 1;
  /** How many bytes a file may have that is uploaded; 0 for any number. */
  sharesizelimit: number;
  /** When the link ends, in seconds since 1970 UTC; 0 for never. */
  ends: number;
  /** Words of the administrator; empty without any. */
  text: string;
}

/** The folder that is listed. */
export interface ListingMeta {
  /** The path of the folder above it. */
  parentpath: string;
  /** How many entries it has, on all pages. */
  total: number;
  /** Its path. */
  realpath: string;
  /** Whether it is the top, where accounts and disks are. */
  isroot: 0 | 1;
  /** Whether files can be uploaded into it. */
  canupload: 0 | 1;
  /** Whether the caller may share it. */
  isshareable: 0 | 1;
  /** Whether its entries can be downloaded. */
  candownload: 0 | 1;
  /** Whether its access list can be set. */
  cansetacls: 0 | 1;
  /** Whether to offer sharing. */
  showshareoption: 0 | 1;
  /** Whether it belongs to a team. */
  teamfolder: 0 | 1;
  /** Always 1. */
  result: 1;
  /** Always empty. */
  message: "";
  /** The name of the file that is shown first in a folder that somebody shares; empty without one. */
  defaultfile: string;
  /** Whether archives are shown as folders. */
  showzipfolders: 0;
  /** Not in use here. */
  aboutfile: "";
}

/** Whether a file or folder is locked. */
export interface LockState {
  /** Whether it is. */
  locked: 0 | 1;
  /** Whether others cannot download it either. */
  readlock: 0 | 1;
  /** Who holds the lock; empty without one. */
  lockedby: string;
  /** What is locked: it or a folder above it. */
  lockpath: string;
  /** When the lock ends by itself; empty for never. */
  lockexpiration: string;
  /** When the lock ends by itself; empty for never. */
  lockexpirationepochutc: number | "";
}

/** A setting of mails. */
export interface MailSettingRecord {
  /** Its name. */
  param: string;
  /** Its value. */
  value: string;
}

/** A member of a group. */
export interface MemberRecord {
  /** The name of the account. */
  name: string;
  /** The name that others see. */
  displayname: string;
}

/** A group with its members. */
export interface MemberedGroup {
  /** The id. */
  groupid: string;
  /** The name. */
  groupname: string;
  /** An e-mail address that reaches the members; may be empty. */
  emailid: string;
  /** Whether it is EVERYONE. */
  everyonegroup: 0 | 1;
  /** How many members it has. */
  membercount: number;
  /** The members, by name. */
  members?: MemberRecord[];
}

/** What somebody else did to a file. */
export interface NotificationRecord {
  /** The full path. */
  path: string;
  /** The path of its folder. */
  dirpath: string;
  /** The name. */
  name: string;
  /** What happened, as a number: see the operation. */
  actioncode: number;
  /** Who did it. */
  who: string;
  /** The name of who did it that others see. */
  whodisplayname: string;
  /** Whether `getprofileimage` has a picture of who did it. */
  hasprofileimage: 0 | 1;
  /** How long ago it happened, for people: `4 hours ago`. */
  when: string;
  /** What the client called itself. */
  how: string;
  /** Always empty: the address is in the audit log only. */
  ip: "";
  /** 1 for a file, 0 for a folder. */
  isfile: 0 | 1;
  /** What belongs to it: see `getactivitystream`. */
  misc: string;
  /** When it happened. */
  whenepochutc: number;
}

/** A key for an authenticator app. */
export interface OfferedKeyRecord {
  /** The key, to be typed. */
  secret: string;
  /** The address that apps open. */
  address: string;
  /** The address as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
}

/** A link that signs a device in. */
export interface PairingLink {
  /** The address to open on the device. */
  url: string;
  /** The link as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
}

/** A one-time code. */
export interface PairingMeta {
  /** The code. */
  code: string;
  /** The account that it signs in to. */
  username: string;
  /** For how many seconds it can be used. */
  validseconds: number;
  /** Until when it can be used. */
  expiresepochutc: number;
  /** How many links there are. */
  total: number;
}

/** What the caller may do with a path. */
export interface Permission {
  /** Whether it may be read. */
  read: 1;
  /** Whether something may be put into the folder. */
  write: 0 | 1;
  /** Whether it may be shared. */
  share: 0 | 1;
  /** Whether FileCloud's clients may sync it. */
  sync: 0;
  /** Whether something may be made in the folder. */
  create: 0 | 1;
  /** Whether what is in it may be changed. */
  update: 0 | 1;
  /** Whether it may be deleted, moved or given another name. */
  delete: 0 | 1;
  /** Whether somebody else shares it. */
  issharedtoyou: 0 | 1;
  /** Whose it is, or who shares it. */
  shareowner: string;
}

/** Somebody with an account. */
export interface PersonRecord {
  /** The name of the account. */
  userid: string;
  /** The name of the account. */
  username: string;
  /** The e-mail address. */
  emailid: string;
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  status: 0 | 1 | 2 | 3;
  /** The name that others see. */
  displayname: string;
  /** Not told here. */
  sizelimit: 0;
  /** Whether there is a picture of the account. */
  hasprofileimage: 0 | 1;
}

/** A policy. */
export interface PolicyRecord {
  /** The id. */
  policyid: string;
  /** The name. */
  policyname: string;
  /** Whether it is the one for everybody. */
  isdefault: 0 | 1;
  /** How many accounts it is the nearest to. */
  usercount: number;
  /** How many groups it is given to. */
  groupcount: number;
  /** Its keys. */
  setting?: PolicySettingRecord[];
}

/** A key of a policy. */
export interface PolicySettingRecord {
  /** Its name. */
  param: string;
  /** What the policy says; empty where it leaves the key to what is below. */
  value: string;
  /** What holds without its word. */
  below: string;
  /** The form of its values. */
  kind: "flag" | "days" | "gigabytes";
}

/** An account to which a policy is the nearest. */
export interface PolicyUserRecord {
  /** The name. */
  username: string;
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  status: 0 | 1 | 2 | 3;
  /** Whether it is an administrator's. */
  adminstatus: 0 | 1;
  /** How it is kept: 0, by this cloud. */
  authtype: 0;
}

/** A value in force. */
export interface PolicyValueRecord {
  /** The name of the key. */
  key: string;
  /** The value. */
  value: string;
}

/** The settings of the signed-in account. */
export interface Profile {
  /** The name of the account. */
  nickname: string;
  /** The name of the account. */
  peerid: string;
  /** The path of its files. */
  profileroot: string;
  /** Not in use here. */
  location: "";
  /** The name that others see. */
  displayname: string;
  /** The e-mail address. */
  email: string;
  /** Not in use here. */
  secretqn: "";
  /** Not in use here. */
  secretans: "";
  /** Not in use here. */
  hint: "";
  /** Not in use here. */
  dateformat: "";
  /** Whether the server is another machine than the client's. */
  isremote: 1;
  /** Not in use here. */
  profileuserdatadir: "";
  /** Not in use here. */
  emailverifytag: "";
  /** What the account may do. */
  userlevel: "FULL" | "GUEST" | "DISABLED" | "";
  /** Whether the account is an administrator's. */
  isadmin: 0 | 1;
  /** Whether `getprofileimage` has a picture of it. */
  hasprofileimage: 0 | 1;
}

/** What belongs to sharing with people; only in the context `share`. */
export interface ProfilesMeta {
  /** Whether mails can be looked at before they are sent: there is no mail. */
  showemailpreview: 0;
  /** Whether a mail tells people that something is shared with them. */
  sendemail: 0;
  /** When nobody matches: whether somebody new can be invited by mail. */
  inviteallowed?: 0;
  /** When nobody matches: why not. */
  invitenotallowederror?: string;
}

/** A recovery code. */
export interface RecoveryCodeRecord {
  /** The code. */
  code: string;
}

/** A search and how much it found. */
export interface SearchMeta {
  /** The id of the search. */
  id: string;
  /** That the search has ended. */
  status: "COMPLETE";
  /** What is missing in the answer, for people; empty when nothing is. */
  statusmessage: string;
  /** How many match, on all pages. */
  totalmatch: number;
  /** How many match, on all pages. */
  total: number;
  /** When the search ended. */
  completedtime: number;
  /** The folder below which was searched. */
  location: string;
  /** What was searched for. */
  searchstring: string;
  /** Only files of at least so many KB; 0 for any. */
  minsize: number;
  /** Only files of at most so many KB; 0 for any. */
  maxsize: number;
  /** Only what was modified then or later; empty for any. */
  modifiedstart: string;
  /** Only what was modified then or before; empty for any. */
  modifiedend: string;
  /** Whether texts were searched. */
  textsearch: 0 | 1;
}

/** What was searched for. */
export interface SearchTerm {
  /** The text. */
  term: string;
}

/** The second factor of an account. */
export interface SecondFactorRecord {
  /** Whether there is one. */
  isenabled: 0 | 1;
  /** Since when; empty without one. */
  since: string;
  /** Since when; 0 without one. */
  sinceepochutc: number;
  /** How many recovery codes are left. */
  recoverycodes: number;
  /** Whether one is required. */
  isrequired: 0 | 1;
}

/** What a client should know before anybody signs in. */
export interface ServerRecord {
  /** The name of the cloud. */
  name: string;
  /** The version of the program. */
  version: string;
  /** Whether the first administrator is missing. */
  awaitssetup: 0 | 1;
  /** How many characters a new password has at least. */
  passwordminlength: number;
  /** The colour of buttons and marks, as `#rrggbb`; empty for the one of the program. */
  accentcolour: string;
  /** What names the content of the logo that `getcustomimage` sends; empty where administrators have set none. */
  logo: string;
  /** Whether `gettos` has terms of use. */
  hasterms: 0 | 1;
  /** Whether `getprivacy` has words about people's data. */
  hasprivacy: 0 | 1;
}

/** A session of an account. */
export interface Session {
  /** The id, for `endsession` and `endsessionforuser`. */
  id: string;
  /** `user` or `admin`: the side that was signed in to. */
  side: string;
  /** When it began. */
  created: string;
  /** When a call last used it. */
  lastused: string;
  /** When it began. */
  createdepochutc: number;
  /** When a call last used it. */
  lastusedepochutc: number;
  /** The address that it began from. */
  address: string;
  /** What the client called itself, or the name that the device was given. */
  agent: string;
  /** Whether this is the session of the call. */
  iscurrent: 0 | 1;
}

/** A setting. */
export interface SettingRecord {
  /** The name. */
  name: string;
  /** The value now; empty for a secret. */
  value: string;
  /** The value without anybody's doing. */
  default: string;
  /** What it is for. */
  help: string;
  /** Where the value comes from. */
  source: string;
  /** Whether `setsetting` can change it. */
  ischangeable: 0 | 1;
  /** What the value is. */
  kind: "number" | "text" | "lines" | "list" | "secret" | "choice";
  /** The words that it can be, separated by commas. */
  choices: string;
}

/** Something that happened by a share. */
export interface ShareActivityRecord {
  /** The id of the share. */
  shareid: string;
  /** The full path. */
  path: string;
  /** The name. */
  name: string;
  /** What happened, as a number: see the operation. */
  actioncode: number;
  /** Who did it: see the operation. */
  who: string;
  /** When it happened, as `4 hours ago`. */
  when: string;
  /** What the client called itself. */
  how: string;
  /** The address of a visitor; empty for a member. */
  ip: string;
  /** What the share is called. */
  sharename: string;
  /** When it happened. */
  whenepochutc: number;
}

/** A group with which something is shared. */
export interface ShareGroupRecord {
  /** The id of the group. */
  groupid: string;
  /** Its name. */
  groupname: string;
  /** Whether they may look. */
  read: "true" | "false";
  /** Whether they may add, change and delete. */
  write: "true" | "false";
  /** Whether their clients may keep a copy. */
  sync: "true" | "false";
  /** Whether they may pass it on. */
  share: "true" | "false";
  /** Whether they may download. */
  download: "true" | "false";
  /** Whether they may not delete, although they may write. */
  disallowdelete: "true" | "false";
  /** Whether they may say with whom else it is shared. */
  allowmanage: "true" | "false";
}

/** Something that is shared. */
export interface ShareRecord {
  /** Not in use here. */
  defaultpolicysharemode: "";
  /** Not in use here. */
  defaultdisallowsharechange: 0;
  /** The id. */
  shareid: string;
  /** What it is called. */
  sharename: string;
  /** The full path of what is shared. */
  sharelocation: string;
  /** The same for people, as `My Files/Photos`. */
  readablelocation: string;
  /** The address of the link. */
  shareurl: string;
  /** The name of what is shared. */
  sharedobjname: string;
  /** What follows the last dot of the name; empty for folders. */
  ext: string;
  /** Always `DEFAULT`: people choose how they look at it. */
  viewmode: "DEFAULT";
  /** When the link ends; empty for never. */
  validityperiod: string;
  /** The same in seconds since 1970 UTC. */
  validityperiodts: number | "";
  /** The same in seconds since 1970 UTC. */
  expirytimestamp: number | "";
  /** Whether the link has ended. */
  expired: 0 | 1;
  /** How many megabytes (1024 × 1024 bytes) an upload by the link may have; 0 for any number. */
  sharesizelimit: number;
  /** How many downloads there may be by the link; 0 for any number. */
  maxdownloads: number;
  /** How many there were. */
  downloadcount: number;
  /** Not in use here. */
  viewsize: 0;
  /** Not in use here. */
  thumbsize: 0;
  /** Whether the link leads there. */
  allowpublicaccess: 0 | 1;
  /** Whether whoever comes by the link may upload. */
  allowpublicupload: 0 | 1;
  /** Whether they may look and not download. */
  allowpublicviewonly: 0 | 1;
  /** Whether they may upload and see nothing. */
  allowpublicuploadonly: 0 | 1;
  /** Whether it is a folder. */
  isdir: 0 | 1;
  /** Whether it is there, and the link has not ended. */
  isvalid: 0 | 1;
  /** When it was shared. */
  createddate: string;
  /** The same in seconds since 1970 UTC. */
  createdts: number;
  /** Whether the caller may change the share. */
  allowedit: 0 | 1;
  /** Whether the caller may end it. */
  allowdelete: 0 | 1;
  /** Whether FileCloud's clients may sync it. */
  allowsync: 0 | 1;
  /** Whether the caller may share it with others. */
  allowshare: 0 | 1;
  /** The account that shares it. */
  shareowner: string;
  /** What was kept for clients: whether nobody is to be told what happens there. */
  hidenotifications: 0 | 1;
  /** Whether the link has a password. */
  ispublicsecure: 0 | 1;
  /** What was kept for clients: the name of the file that they show first. */
  defaultfile: string;
  /** When the link was opened last; empty for never. */
  lastaccessdts: number | "";
  /** Whether it belongs to somebody else than the one who shares it. */
  isreshare: 0 | 1;
  /** When the link was opened last, as `4 hours ago`; empty for never. */
  lastaccess: string;
  /** How often the link was opened. */
  recentactivitycount: number;
  /** Not in use here. */
  hidesendshareviaemail: 0;
  /** Whether nothing is shared with groups. */
  disallowprivatesharestogroups: 0;
  /** Not in use here. */
  showadvancedsharedialog: 0;
  /** Not in use here. */
  waitforapproval: 0;
  /** Not in use here. */
  drmwebviewer: 0;
  /** Not in use here. */
  secureview: 0;
  /** Not in use here. */
  maxaccesstimes: 0;
  /** How often the link was opened. */
  successfulaccesstimes: number;
  /** The path of the link, for calls without a session. */
  linkpath: string;
  /** Whether the link leads nowhere outside of the local network. */
  homeonly: 0 | 1;
  /** Whether it is shared with anybody by name or group. */
  hasmembers: 0 | 1;
}

/** An account with which something is shared. */
export interface ShareUserRecord {
  /** The account. */
  name: string;
  /** The account. */
  userid: string;
  /** The account. */
  username: string;
  /** Whether they may look. */
  read: "true" | "false";
  /** Whether they may add, change and delete. */
  write: "true" | "false";
  /** Whether their clients may keep a copy. */
  sync: "true" | "false";
  /** Whether they may pass it on. */
  share: "true" | "false";
  /** Whether they may download. */
  download: "true" | "false";
  /** Whether they may not delete, although they may write. */
  disallowdelete: "true" | "false";
  /** Whether they may say with whom else it is shared. */
  allowmanage: "true" | "false";
}

/** A name for a place. */
export interface ShortcutRecord {
  /** The id. */
  rid: string;
  /** The name. */
  name: string;
  /** Whose it is. */
  owner: string;
  /** The full path that it leads to. */
  value: string;
  /** The path for people, as `My Files/Photos`. */
  readablevalue: string;
  /** The number that the client gave. */
  type: number;
  /** When it was made. */
  when: string;
}

/** Counts of accounts and files. */
export interface StatsRecord {
  /** Accounts. */
  totalusers: number;
  /** Accounts that may do everything with files of their own. */
  fullaccessusers: number;
  /** The other accounts. */
  guestaccessusers: number;
  /** What all files take up. */
  totalsize: string;
  /** Groups. */
  groupscount: number;
  /** Network folders. */
  externalscount: 0;
  /** Whether this is one of several sites. */
  multisite: 0;
  /** Not in use here. */
  maxsitestorage: "";
  /** Not in use here. */
  maxsiteusers: "";
  /** Files. */
  totalfiles: number;
  /** Bytes of all files. */
  totalsizebytes: number;
  /** Bytes of the disk. */
  diskbytes: number;
  /** Bytes that are free on the disk. */
  diskfreebytes: number;
  /** For how many seconds the server has been running. */
  uptime: number;
  /** Bytes of memory that the server uses. */
  memorybytes: number;
  /** Bytes of the database. */
  databasebytes: number;
  /** The version of the program. */
  version: string;
  /** The addresses that the server listens on, separated by commas. */
  addresses: string;
}

/** What a kind of stored bytes takes up. */
export interface StorageKind {
  /** Which kind. */
  kind: "files" | "versions" | "bin" | "thumbnails" | "uploads" | "database";
  /** How many bytes. */
  bytes: number;
  /** How many files. */
  files: number;
  /** The further disk it is on; missing for the disk with the accounts' files. */
  volume?: string;
}

/** How an entry is now. */
export interface SyncChange {
  /** 1 for a file, 0 for a folder. */
  type: 0 | 1;
  /** The size in bytes. */
  size: number;
  /** When it was modified; empty for what is gone. */
  modified: string;
  /** The name. */
  name: string;
  /** The full path. */
  fullpath: string;
  /** Not in use here. */
  flags: "";
  /** Whether it is gone. */
  isdeleted: 0 | 1;
  /** The version of this change. */
  updateversion: number;
  /** Whether it can be downloaded. */
  candownload: 0 | 1;
  /** Whether a new content can be uploaded. */
  canupload: 0 | 1;
  /** Whether it can be given another name. */
  canrename: 0 | 1;
  /** Names the content. */
  etag: string;
}

/** How far the changes go. */
export interface SyncDeltaMeta {
  /** How many records there are. */
  total: number;
  /** The version of the newest change in the folder. */
  updateversion: number;
  /** Always 1. */
  result: 1;
  /** Always empty. */
  message: "";
}

/** A folder that can be synced. */
export interface SyncFolder {
  /** The full path. */
  name: string;
  /** The version of its newest change, as `server,VERSION;`. */
  statusset: string;
}

/** What this server is, and how much room the caller has. */
export interface SystemStatusRecord {
  /** The version of the program. */
  appversion: string;
  /** The version of the protocol. */
  apilevel: string;
  /** The name of the account; empty when nobody is signed in. */
  peerid: string;
  /** The name that others see. */
  displayname: string;
  /** What kind of server this is. */
  OS: "TONIDO_CLOUD";
  /** The name of the cloud. */
  oem: string;
  /** Whether there is a newer version: this server looks for none. */
  needsupdate: 0;
  /** The name of the account; empty when nobody is signed in. */
  currentprofile: string;
  /** For how many seconds the server has been running. */
  uptime: number;
  /** Not in use here. */
  httpport: "";
  /** Whether the server can be used. */
  isonline: 1;
  /** Whether calls go by another server. */
  relayactive: 0;
  /** Whether the server is another machine than the client's. */
  isremote: 1;
  /** Whether this call came by HTTPS. */
  ishttps: 0 | 1;
  /** Not in use here. */
  serverurl: "";
  /** How accounts are kept. */
  authtype: "DEFAULT";
  /** How many characters a new password has at least. */
  passwordminlength: number;
  /** The e-mail address of the account. */
  email: string;
  /** Not in use here. */
  mediasyncstorepath: "";
  /** What the account may do. This and what follows is there for who is signed in. */
  userstatus?: "FULL" | "GUEST" | "DISABLED" | "";
  /** How many bytes the account holds. */
  storageusage?: number;
  /** How many bytes it may hold; 0 for no limit. */
  sizelimit?: number;
  /** How much of that it holds, in percent. */
  usagepercent?: number;
  /** How many bytes it can still store. */
  availablestorage?: number;
  /** Whether the disk is nearly full. For administrators. */
  disknearlyfull?: 0 | 1;
}

/** About team folders. */
export interface TeamFolderProperty {
  /** Whether an account is set. */
  enabled: 0 | 1;
  /** The account; empty for none. */
  username: string;
  /** Always 1: folders have access lists. */
  aclenabled: 1;
}

/** A notice for somebody. */
export interface ToastRecord {
  /** The id. */
  toastrid: string;
  /** Who caused it. */
  creater: string;
  /** Not in use here. */
  link: "";
  /** The full path of what it is about. */
  path: string;
  /** Its name. */
  name: string;
  /** What follows the last dot of its name. */
  ext: string;
  /** The path of its folder. */
  dirpath: string;
  /** The path of its folder, for people. */
  displaydirpath: string;
  /** What happened, as a number: see the operation. */
  messagetype: number;
  /** What happened. */
  type: "comment" | "limit" | "disk" | "share" | "secondfactor";
  /** What to say: the comment, or a sentence. */
  message: string;
  /** Whether it was seen. */
  alreadyread: 0 | 1;
  /** Whether `getprofileimage` has a picture of who caused it. */
  createrhasimage: 0 | 1;
  /** The name of who caused it that others see. */
  createrdisplayname: string;
  /** When it happened. */
  when: string;
  /** When it happened. */
  whenepochutc: number;
}

/** How many records there are. */
export interface Total {
  /** How many there are in all. */
  total: number;
}

/** An unfinished upload. */
export interface UploadRecord {
  /** The ranges of bytes that have arrived, ends exclusive, as `0-1048576 2097152-3145728`. */
  received: string;
  /** The length of the whole file in bytes; empty when it was not said. */
  size: number | "";
}

/** An account. */
export interface UserRecord {
  /** The name. */
  username: string;
  /** The e-mail address. */
  email: string;
  /** The e-mail address. */
  emailid: string;
  /** The name that others see. */
  displayname: string;
  /** When it was made. */
  created: string;
  /** When it was made. */
  createdepochutc: number;
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  status: 0 | 1 | 2 | 3;
  /** How many bytes it may hold; 0 for no limit. */
  total: number;
  /** How many GB it may hold; 0 for no limit. */
  sizeingb: string;
  /** How much it may hold; empty for no limit. */
  size: string;
  /** Whether the e-mail address is verified. */
  verified: 0 | 1;
  /** Whether it is an administrator's. */
  adminstatus: 0 | 1;
  /** Not in use here. */
  sharemode: "";
  /** Not in use here. */
  disablemyfilessync: 0;
  /** Not in use here. */
  disablenetworksync: 0;
  /** When somebody last signed in; empty for never. */
  lastlogindate: string;
  /** When somebody last signed in; 0 for never. */
  lastloginepochutc: number;
  /** How it is kept: 0, by this cloud. */
  authtype: 0;
  /** The last day of the account; empty for never. */
  expirationdate: string;
  /** How much it holds. Only `getuser` says this and what follows. */
  sizeusedwithshares?: string;
  /** How much it holds. */
  sizeusedwithoutshares?: string;
  /** How much it can still store. */
  freespace?: string;
  /** Whether it has a second factor. */
  hassecondfactor?: 0 | 1;
}

/** What an account holds. */
export interface UserUsageRecord {
  /** The name. */
  username: string;
  /** How much it holds. */
  sizeusedwithshares: string;
  /** How much it holds. */
  sizeusedwithoutshares: string;
  /** How much it can still store. */
  freespace: string;
  /** Bytes of its files. */
  livebytes: number;
  /** How many files it has. */
  livefiles: number;
  /** Bytes of versions. */
  versionsbytes: number;
  /** Bytes in its recycle bin. */
  binbytes: number;
  /** Bytes of unfinished uploads. */
  incompletebytes: number;
  /** Bytes of all these. */
  totalbytes: number;
  /** How many bytes it may hold; 0 for no limit. */
  quotabytes: number;
}

/** What became of the chain of the audit log. */
export interface VerificationRecord {
  /** How many rows there are. */
  rows: number;
  /** The id of the newest row. */
  newestid: number;
  /** The newest link of the chain, to be kept elsewhere. */
  newest: string;
  /** The id of the first row that does not fit; empty when all do. */
  brokenat: string;
  /** How long the check took, in seconds. */
  secondstaken: string;
}

/** The version of this server. */
export interface VersionOfServer {
  /** The newest version there is: this server looks for none, so its own. */
  remotebuild: string;
  /** The version of the program. */
  localbuild: string;
}

/** A content of a file. */
export interface VersionRecord {
  /** Its number: the greater, the newer. */
  versionnumber: number;
  /** Its size. */
  size: string;
  /** What the client called itself that wrote it. */
  how: string;
  /** When it was modified. */
  createdon: string;
  /** Who wrote it, where that is known. */
  createdby: string;
  /** The name of the file. */
  filename: string;
  /** Its size in bytes. */
  sizeinbytes: number;
  /** Names it, for `downloadversionedfile`, `makeversionlive` and `deleteversion`. */
  fileid: string;
  /** When it was modified. */
  createdonepoch: number;
}

/** How videos are played. */
export interface VideoAbilities {
  /** Whether videos are converted. */
  xcoded: 0;
  /** Whether they can be. */
  canxcode: 0;
  /** Whether they come in pieces (HTTP Live Streaming). */
  httplivestream: 0;
  /** Whether they can. */
  canhttplivestream: 0;
}

/** A place where files are stored. */
export interface VolumeRecord {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** The directory on this machine. */
  path: string;
  /** Whether it can be used. */
  state: "online" | "readonly" | "offline";
  /** Why it cannot be used or changed; empty when it can. */
  reason: string;
  /** The kind of its file system. */
  filesystem: string;
  /** What the file system can do, as it was tried, separated by commas: `case`, `permissions`, `hardlinks`, `dates`, `swap`, `locks`, `namesync`, `forms`. */
  capabilities: string;
  /** How many bytes it has. */
  totalbytes: number;
  /** How many bytes are free. */
  freebytes: number;
  /** How near it is to having no room. */
  fullness: "fine" | "nearly" | "full";
}
