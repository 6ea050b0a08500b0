// The records of the API's replies. Generated: cloudlet api --types > src/portal/replies.d.ts

/** An entry of an access list. */
export interface AccessEntryRecord {
  /** The account; empty for a group. */
  user: string;
  /** The id of the group; empty for an account. */
  groupid: string;
  /** Letters of RWDS. */
  perm: string;
  /** Whether the rights are allowed or denied. */
  flag: "allow" | "deny";
  /** Whether it is for a user or a group. */
  type: "user" | "group";
  /** The name of the account or group. */
  name: string;
}

/** The folder of an access list. */
export interface AccessListMeta {
  /** The id of the list; empty without one. */
  aclid: string;
  /** The time when it was made; empty if there is no list. */
  createddate: string;
  /** The time when it was made; empty if there is no list. */
  createdts: number | "";
  /** The path of the folder. */
  path: string;
  /** Whether the lists of the folders above apply too. */
  inherit: 0 | 1;
  /** Number of entries for users. */
  usercount: number;
  /** Number of entries for groups. */
  groupcount: number;
}

/** Further facts about a share. */
export interface AccessMeta {
  /** Whether it has a link. */
  ispublic: 0 | 1;
}

/** The storage of an account. */
export interface AccountUsage {
  /** The name. */
  username: string;
  /** Bytes of its files. */
  livebytes: number;
  /** Number of files. */
  livefiles: number;
  /** Bytes of versions. */
  versionsbytes: number;
  /** Bytes in its recycle bin. */
  binbytes: number;
  /** Bytes of unfinished uploads. */
  incompletebytes: number;
  /** Sum of these bytes. */
  totalbytes: number;
  /** Storage limit in bytes; 0 for no limit. */
  quotabytes: number;
}

/** A share whose link was opened. */
export interface ActiveShareRecord {
  /** The name. */
  sharename: string;
  /** The full path of the shared entry. */
  accesspath: string;
  /** The time when it was last opened, as `4 hours ago`. */
  lastaccess: string;
  /** Number of times that it was opened. */
  visits: number;
}

/** An activity at a file or folder. */
export interface ActivityRecord {
  /** The full path. */
  path: string;
  /** 1 for a file, 0 for a folder. */
  isfile: 0 | 1;
  /** The path of its folder. */
  parent: string;
  /** The kind of activity, as a number: see the operation. */
  actioncode: number;
  /** The account; empty for another program. */
  who: string;
  /** The time. */
  when: string;
  /** The name that the client gives itself. */
  how: string;
  /** Further information: see the operation. */
  misc: string;
  /** The name. */
  name: string;
  /** The time. */
  whenepochutc: number;
  /** Whether the account has a picture for `getprofileimage`. */
  hasprofileimage: 0 | 1;
  /** The display name of the account. */
  whodisplayname: string;
  /** Number of files and folders in the record that the caller may read. */
  count: number;
}

/** A language of the admin portal. */
export interface AdminLanguageRecord {
  /** Its name in English. */
  name: string;
  /** Whether the answers of the API are in it. */
  current: 0 | 1;
}

/** The rights in an area of the administration. */
export interface AdminOperationRecord {
  /** The area. */
  opname: string;
  /** Whether the administrator may change it. */
  update: 0 | 1;
  /** Whether the administrator may view it. */
  read: 0 | 1;
  /** The operations that need the right to look, separated by commas; for the files of users, those of the user side with `adminproxyuserid`. */
  reading: string;
  /** The operations that need the right to change. */
  changing: string;
}

/** The rights in an area of the administration. */
export interface AdminPermissionRecord {
  /** Whether the administrator may view it. */
  read: 0 | 1;
  /** Whether the administrator may change it. */
  write: 0 | 1;
  /** Not in use here. */
  share: 0;
  /** Not in use here. */
  sync: 0;
  /** Whether the administrator may change it. */
  create: 0 | 1;
  /** Whether the administrator may change it. */
  update: 0 | 1;
  /** Whether the administrator may change it. */
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
  /** Whether they have all rights. */
  isfull: 0 | 1;
}

/** A finding that needs attention. */
export interface AlertRecord {
  /** The id. */
  rid: string;
  /** Always `WARNING`. */
  level: string;
  /** The action that failed: `read`, `remove`, `change`, `finish` or `send`; `decide` where a client is held, `letin` where an account waits for an administrator. */
  type: string;
  /** The place, the fault, and what to do about it. */
  description: string;
}

/** A row of the audit log. */
export interface AuditRecord {
  /** The id. Newer rows have greater ids. */
  id: string;
  /** The account that acted. */
  username: string;
  /** The whole event as one text. */
  message: string;
  /** The address that the call came from. */
  ip: string;
  /** The time when it happened. */
  createdon: string;
  /** The name that the client gave itself. */
  agent: string;
  /** The operation. */
  operation: string;
  /** The object of the call. */
  object: string;
  /** The outcome: `ok`, or the word for a failure. */
  outcome: string;
  /** The reason of a failure, or the message of a success. */
  reason: string;
  /** Duration in microseconds. */
  durationmicroseconds: number;
  /** The time when it happened. */
  createdms: number;
  /** Number of calls for which the row stands. */
  calls: number;
  /** The display name of the account that acted; for a visitor by a link, the name of the share. Empty if it is gone. */
  actor: string;
}

/** Number of rows that match. */
export interface AuditTotal {
  /** Number of rows that match in all. */
  total: number;
  /** 1 if there may be more: counting stops early if too many texts have to be compared. */
  atleast: 0 | 1;
}

/** The signed-in account. */
export interface AuthenticationRecord {
  /** The name of the account; empty if nobody is signed in. */
  profile: string;
  /** The name that others see. */
  displayname: string;
  /** The name of the account. */
  peerid: string;
  /** Whether somebody is signed in. */
  authenticated: 0 | 1;
  /** Whether somebody is signed in. */
  isguestauthenticated: 0 | 1;
  /** The way in which old clients hash a password. */
  hash: "sha1";
  /** Not in use here. */
  guesthash: "";
  /** Not in use here. */
  guesthashurl: "";
  /** Whether the server runs on another machine than the client. */
  isremote: 1;
  /** Not in use here. */
  reasoncode: "";
  /** The kind of server. */
  OS: "TONIDO_CLOUD";
  /** The place where accounts are stored. */
  authtype: "DEFAULT";
  /** Whether users can sign in with SAML. */
  enablesaml: 0;
  /** The rights of the account; empty if nobody is signed in. */
  userlevel: "FULL" | "GUEST" | "DISABLED" | "";
  /** The kind of account: 0, an account of this cloud. */
  userauthtype: string;
}

/** The calls of an interval. */
export interface CallCount {
  /** The beginning of the interval. */
  start: number;
  /** Number of calls. */
  calls: number;
  /** Number of refused calls. */
  refused: number;
  /** Number of calls that failed because of the server. */
  failed: number;
}

/** The server's certificate. */
export interface CertificateRecord {
  /** Its source: `authority` if this machine's own authority issued it, `selfsigned` if an earlier version of this program made it, `given` if the owner gave files, `none` if the server does not use TLS. */
  origin: "authority" | "selfsigned" | "given" | "none";
  /** The name of the authority, as devices list it. Empty without one. */
  name: string;
  /** The SHA-256 fingerprint of the authority's certificate, as devices show it. Empty without one. */
  fingerprint: string;
  /** The address of the page that helps to trust the authority. */
  url: string;
  /** The address as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
}

/** A check of database and disk. */
export interface CheckRecord {
  /** `quick`, or `deep` if all bytes were read. */
  kind: string;
  /** The account that began it; empty for the server itself. */
  username: string;
  /** The time when it began. */
  beganepochutc: number;
  /** The time when it ended. */
  endedepochutc: number;
  /** Number of files checked. */
  files: number;
  /** Number of folders checked. */
  folders: number;
  /** Number of contents that were compared with their checksums. */
  compared: number;
  /** Number of contents that got their first checksum. */
  taken: number;
  /** Number of database rows that were repaired. */
  mended: number;
  /** Number of faults. */
  wrong: number;
  /** The reason why it could not be finished; empty if it was. */
  failure: string;
  /** The faults, a line each. */
  findings: string;
}

/** The running check, and the times of the next check and the last backup. */
export interface ChecksMeta {
  /** Whether a check is running. */
  isrunning: 0 | 1;
  /** Whether it reads all bytes. */
  isdeep: 0 | 1;
  /** The time when it began; 0 if none is running. */
  sinceepochutc: number;
  /** Number of files checked so far. */
  files: number;
  /** Number of days after which all bytes are read again; 0 for never. */
  deepcheckdays: number;
  /** The time when the next such check begins; 0 for never. */
  nextdeepepochutc: number;
  /** The directory for backups; empty for none. */
  backupto: string;
  /** Number of hours after which there is another backup. */
  backupeveryhours: number;
  /** The time when the last successful backup began; 0 for never. */
  lastbackupepochutc: number;
  /** The time when the last backup ended; 0 for never. */
  backupendedepochutc: number;
  /** The reason why the last backup failed; empty if it did not. */
  backupfailure: string;
  /** Number of files that the last backup left out. */
  backupexceptions: number;
  /** These files, a line each. */
  backupfindings: string;
}

/** A comment. */
export interface Comment {
  /** The id. */
  id: string;
  /** The author. */
  who: string;
  /** The time. */
  when: string;
  /** The text. */
  text: string;
  /** The time. */
  whenepochutc: number;
  /** Whether the author has a picture for `getprofileimage`. */
  hasprofileimage: 0 | 1;
}

/** A text that a client stores for an account. */
export interface ConfigItemRecord {
  /** The group of the value. */
  key: string;
  /** Its name in the group. */
  name: string;
  /** The text. */
  value: string;
}

/** A setting by its FileCloud name. */
export interface ConfigSettingRecord {
  /** The name from the call. */
  param: string;
  /** The value; empty for a secret and for an unknown name. */
  value: string;
  /** Whether the setting exists. */
  isvalid: 0 | 1;
  /** Whether `setconfigsetting` can change it. */
  ischangeable: 0 | 1;
}

/** The time when this was counted. */
export interface CountMeta {
  /** The time of the count. */
  countedepochutc: number;
  /** Whether all folders were scanned at least once, so that no file is missing. */
  iscomplete: 0 | 1;
  /** Number of records. */
  total: number;
}

/** The name and looks of a cloud. */
export interface Customization {
  /** Not in use here. */
  devicenode: "";
  /** Whether the values below apply. */
  enabled: 1;
  /** Not in use here. */
  MOBILEURL: "";
  /** Not in use here. */
  DESKTOPURL: "";
  /** The name of the cloud. */
  WINDOWTITLE: string;
  /** Whether people can sign up. */
  SHOWNEWACCOUNT: 0;
  /** Whether sounds are left out. */
  DISABLEMUSIC: 0;
  /** The colour of buttons and marks, as `#rrggbb`; empty for the default colour. */
  accentcolour: string;
  /** Whether administrators have set a logo. */
  haslogo: 0 | 1;
  /** Whether there are terms of use. */
  hasterms: 0 | 1;
  /** Whether there is a privacy text. */
  hasprivacy: 0 | 1;
}

/** A day. */
export interface DayRecord {
  /** The day in the server's local time, `2024-07-19`. */
  date: string;
  /** Bytes of all files at the end of the day. */
  storagebytes: number;
  /** Number of files at the end of the day. */
  files: number;
  /** Number of accounts that called. */
  people: number;
  /** Number of calls of everybody. */
  calls: number;
}

/** A metadata set, as it is defined. */
export interface DefinedMetadataSetRecord {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** Its purpose. */
  description: string;
  /** 1 built in, 2 default, 3 custom. */
  type: 1 | 2 | 3;
  /** Whether the set is hidden for now. */
  disabled: "1" | "";
  /** Whether it can be used everywhere. */
  allowallpaths: "1" | "";
  /** The id. */
  [name: `attribute${number}_attributeid`]: string;
  /** The name. */
  [name: `attribute${number}_name`]: string;
  /** Its purpose. */
  [name: `attribute${number}_description`]: string;
  /** 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list separated by commas. */
  [name: `attribute${number}_type`]: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** The value of a new entry. */
  [name: `attribute${number}_defaultvalue`]: string;
  /** Whether it must have a value. */
  [name: `attribute${number}_required`]: "1" | "";
  /** Whether its values cannot be changed any more. */
  [name: `attribute${number}_disabled`]: "1" | "";
  /** The values to choose from, for an enumeration. */
  [name: `attribute${number}_predefinedvalue${number}`]: string;
  /** The number of values to choose from, for an enumeration. */
  [name: `attribute${number}_predefinedvalues_total`]: number;
  /** Number of attributes. */
  attributes_total: number;
  /** The name. */
  [name: `user${number}_name`]: string;
  /** Whether they may see the values. */
  [name: `user${number}_read`]: "1" | "";
  /** Whether they may change the values. */
  [name: `user${number}_write`]: "1" | "";
  /** Number of users. */
  users_total: number;
  /** The id. */
  [name: `group${number}_id`]: string;
  /** The name. */
  [name: `group${number}_name`]: string;
  /** Whether they may see the values. */
  [name: `group${number}_read`]: "1" | "";
  /** Whether they may change the values. */
  [name: `group${number}_write`]: "1" | "";
  /** Number of groups. */
  groups_total: number;
  /** A folder below which it can be used. */
  [name: `path${number}`]: string;
  /** Number of paths. */
  paths_total: number;
}

/** A command for a device. */
export interface DeviceCommandRecord {
  /** The id of the record. */
  rid: string;
  /** 10000 to show a message, 10001 to remove all files of the cloud, 10002 to tell the device that it is blocked. */
  remote_command_id: number;
  /** The id that the device gave itself. */
  remote_client_id: string;
  /** The message. */
  message: string;
  /** The account. */
  userid: string;
}

/** A device that signs in with an id of its own, or a paired phone. */
export interface DeviceRecord {
  /** The id of the record. */
  rid: string;
  /** The id that the device gave itself. */
  remote_client_id: string;
  /** The version of the protocol. */
  remote_client_api_level: string;
  /** The name of the device. */
  remote_client_disp_name: string;
  /** The operating system. */
  remote_client_os_type: string;
  /** The version of the client program. */
  remote_client_app_version: string;
  /** The version of the operating system. */
  remote_client_os_version: string;
  /** Whether it is blocked. */
  isblocked: 0 | 1;
  /** The time of the last sign-in; empty for never. */
  remote_client_last_login: string;
  /** The account. */
  userid: string;
  /** Number of commands that it has not acknowledged. */
  pending_actions_count: number;
  /** 0 for a device that has signed in, 1 for one that waits for approval, 2 for one that is approved. */
  remote_client_status: number;
  /** The status in a word or two. */
  remote_client_status_message: string;
  /** Not in use here. */
  server_code: "";
  /** Whether an administrator has to allow it. */
  waitsforadmin: 0 | 1;
  /** Whether an administrator has blocked it, so that its owner cannot unblock it. */
  isblockedbyadmin: 0 | 1;
  /** The time of the last sign-in; 0 for never. */
  lastloginepochutc: number;
  /** The name that the device gave itself in its last sign-in. With it and the account, `getaudit` finds the calls of the device. Empty if it has never signed in. */
  agent: string;
}

/** The storage of an account. */
export interface DiskUsageRecord {
  /** Used storage in bytes. */
  storageusage: number;
  /** Storage limit in bytes; 0 for no limit. */
  sizelimit: number;
  /** Used storage in percent of the limit. */
  usagepercent: number;
  /** Number of folders, including the recycle bin. */
  totalfolders: number;
  /** Number of files, including versions and the recycle bin. */
  totalfiles: number;
  /** Size of all of them. */
  totalsize: string;
  /** Size of the versions. */
  versionedsize: string;
  /** Number of versions. */
  versionedfiles: number;
  /** Number of files without versions and the recycle bin. */
  livefiles: number;
  /** Number of folders without the recycle bin. */
  livefolders: number;
  /** Size of these files. */
  livesize: string;
  /** Number of folders in the recycle bin. */
  recyclefolders: number;
  /** Number of files in the recycle bin. */
  recyclefiles: number;
  /** Size of the recycle bin. */
  recyclesize: string;
  /** Number of unfinished uploads. */
  incompletefiles: number;
  /** Size of the unfinished uploads. */
  incompletesize: string;
}

/** Facts about the rights of a user. */
export interface EffectiveMeta {
  /** Always empty. */
  message: "";
}

/** The result of the call. */
export interface EffectivePolicyCommand {
  /** The operation. */
  type: string;
  /** 1. */
  result: 0 | 1;
  /** Empty. */
  message: string;
}

/** A policy with the values that apply to an account. */
export interface EffectivePolicyRecord {
  /** The id of the policy. */
  policyid: string;
  /** The name of the policy. */
  policyname: string;
  /** All keys with the values that apply. */
  setting?: PolicyValueRecord[];
}

/** The rights of a user. */
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

/** The result of sending a mail. */
export interface EmailStatusRecord {
  /** Whether it was sent, or waits for the mail server. */
  status: 0 | 1;
  /** The reason why not; empty otherwise. */
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
  /** The part of the name after its last dot; empty for folders. */
  ext: string;
  /** The size in bytes; 0 for folders. */
  fullsize: number;
  /** The time when it was modified. */
  modified: string;
  /** `dir` for a folder, `file` for a file. */
  type: "dir" | "file";
  /** The full path. */
  fullfilename: string;
  /** The size for people; empty for folders. */
  size: string;
  /** The time when it was modified, by the server's wall clock read as UTC, in seconds since 1970. */
  modifiedepoch: number;
  /** The time when it was modified. */
  modifiedepochutc: number;
  /** The time when it was modified, by the server's wall clock. */
  modifiediso: string;
  /** 1 at the top, where the accounts and disks are. */
  isroot: 0 | 1;
  /** Whether the caller may share it. */
  isshareable: 0 | 1;
  /** Whether FileCloud's clients may sync it. */
  issyncable: 0;
  /** The way in which its owner shares it: `private` with users or groups, `public` by a link; empty if it is not shared. */
  isshared: "private" | "public" | "";
  /** Whether it can be renamed. */
  canrename: 0 | 1;
  /** Whether browsers can show it. */
  showprev: 0 | 1;
  /** Whether it can be put into a list of favorites. */
  canfavorite: 0 | 1;
  /** Whether files can be uploaded into the folder, or whether the file can get a new content. */
  canupload: 0 | 1;
  /** Whether it can be downloaded. */
  candownload: 0 | 1;
  /** The list of favorites that it is in; 0 for none. */
  favoritelistid: string;
  /** Its id in that list; 0 for none. */
  favoriteid: string;
  /** Its position in that list, or in the shared album that is listed; 0 for none. */
  order: string;
  /** Whether it can be edited in place. */
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
  /** Whether the entry is shared on by somebody with whom it was shared. */
  isreshared: 0;
  /** Whether its shares can be managed. */
  canmanageshare: 0;
  /** The account that wrote the content, if it is known. Visitors by a link are told no names. */
  lastmodifiedby: string;
  /** Whether it is locked. */
  locked: 0 | 1;
  /** Whether the caller has turned notifications about it off. */
  hasnotificationsrule: 0 | 1;
  /** Whether it is synced on demand. */
  isdatasyncable: 0;
  /** Identifies the content. */
  etag: string;
  /** For a folder: the size in bytes of all files below it, as far as the server knows them. Missing if something there is hidden from the caller, by a link, and in a listing with more than 5,000 entries. */
  foldersize?: number;
  /** Whether `foldersize` is exact. Otherwise there is at least that, because folders below it were not visited yet. */
  foldersizeexact?: 0 | 1;
  /** In a recycle bin: the path that it had. */
  deletedfrom?: string;
  /** In a recycle bin: when it was deleted. */
  deletedon?: string;
  /** In a recycle bin: when it was deleted. */
  deletedonepoch?: number;
  /** In a recycle bin: until when it is kept, by the policy or setting in effect. If the disk runs full, it goes before. */
  keptuntilepoch?: number;
  /** In a recycle bin: who deleted it. */
  deletedby?: string;
  /** Outside of listings: whether it may be seen but not downloaded. */
  disallowpreviewdownload?: 0;
  /** In a search: that it still exists. */
  validity?: "VALID";
  /** In a search: the path for people, such as `My Files/Photos/sea.jpg`. */
  userfullpath?: string;
  /** In a search of texts: the text around the words. */
  highlight?: string;
}

/** A group to which a disk is given. */
export interface ExternalGroupRecord {
  /** The name. */
  groupname: string;
  /** The id. */
  id: string;
  /** Whether its members may write. */
  writemode: 0 | 1;
  /** Whether it comes from the setting `volumes`. Then it cannot be changed here. */
  isconfigured: 0 | 1;
}

/** A further disk. */
export interface ExternalRecord {
  /** The id. */
  externalid: string;
  /** The name. */
  name: string;
  /** The directory. */
  location: string;
  /** Number of accounts to which it is given by name. */
  numusers: number;
  /** Number of groups to which it is given. */
  numgroups: number;
  /** Whether it was added here. Only then it can be changed and removed here. */
  isadded: 0 | 1;
}

/** An account to which a disk is given. */
export interface ExternalUserRecord {
  /** The account. */
  name: string;
  /** Whether it may write. */
  writemode: 0 | 1;
  /** Whether it comes from the setting `volumes`. Then it cannot be changed here. */
  isconfigured: 0 | 1;
}

/** A list of favorites. */
export interface FavoriteList {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** Always -1: no list is in another one. */
  parentid?: string;
  /** The kind of list. */
  type?: "favorites";
  /** Number of files and folders in it. */
  count?: number;
}

/** Number of entries. */
export interface FavoritesMeta {
  /** Number of entries. */
  total: number;
  /** Always 1. */
  result: 1;
}

/** A file or folder that needs attention. */
export interface FindingRecord {
  /** The action that failed: `read`, `remove`, `change`, `finish` or `send`; `decide` where a client is held, `letin` where an account waits for an administrator. */
  kind: string;
  /** The path. */
  path: string;
  /** The reason, for programs. */
  reason: string;
  /** The fault, in a sentence. */
  message: string;
  /** The remedy. */
  advice: string;
  /** The time when it was first found since the start. */
  sinceepochutc: number;
  /** Its id, for `removealert`. */
  rid: string;
}

/** Number of findings. */
export interface FindingsMeta {
  /** Number of findings in the reply. */
  total: number;
  /** Whether there are more findings than the server keeps. */
  ismore: 0 | 1;
}

/** The size of a folder's contents. The folder itself is not counted. */
export interface FolderUsage {
  /** Number of folders below it. */
  totalfolders: number;
  /** Number of files below it. */
  totalfiles: number;
  /** Size of these files. */
  totalsize: string;
  /** Always `0 B`: versions are not counted here. */
  versionedsize: string;
  /** Always 0: versions are not counted here. */
  versionedfiles: 0;
  /** Number of files below it. */
  livefiles: number;
  /** Number of folders below it. */
  livefolders: number;
  /** Size of these files. */
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
  /** The time when it was made. */
  createdon: string;
  /** Not in use here. */
  autosyncgroup: 0;
  /** Whether members leave it that a directory service does not have. There is none here. */
  removemembersonsync: 0;
  /** Whether it is EVERYONE. */
  everyonegroup: 0 | 1;
  /** Number of members. */
  membercount: number;
}

/** A content that the caller has. */
export interface HeldFileRecord {
  /** The number of its line, from 1. */
  line: number;
  /** The full path of a file that has it. */
  path: string;
}

/** A lock. */
export interface HeldLock {
  /** The id. */
  lockrid: string;
  /** The account that holds it. */
  lockuserid: string;
  /** The full path of the locked entry. */
  lockpath: string;
  /** The time when it ends by itself; empty for never. */
  lockexpiration: string;
  /** Whether others cannot download the entry. */
  lockreadlock: 0 | 1;
}

/** A held client. */
export interface HoldRecord {
  /** Its id. */
  holdid: string;
  /** The account, or `link:` and the id of the share. */
  username: string;
  /** The name that the client gave. */
  agent: string;
  /** The address at which it signed in. */
  ip: string;
  /** The time when it was held. */
  sinceepochutc: number;
  /** Number of contents that the client replaced and that are not restored. */
  replaced: number;
  /** Number of files that the client deleted and that are not restored, with those in deleted folders. An empty folder counts as one. */
  deleted: number;
  /** 1 if the caller uses this client. */
  isown: 0 | 1;
}

/** A line of the list. */
export interface ImportLine {
  /** Its number, from 1. */
  line: number;
  /** The name of the account. */
  username: string;
  /** Whether its owner needs a link to choose a password. */
  needslink: 0 | 1;
  /** The fault; empty for none. */
  fault: string;
  /** The fault for programs: a word of `X-Cloudlet-Error`. */
  reason: string;
}

/** A list that was read. */
export interface ImportMeta {
  /** Number of accounts in it. */
  total: number;
  /** Number of lines with faults. If there are any, nothing is imported. */
  faults: number;
  /** Whether nothing was changed. */
  isdryrun: 0 | 1;
}

/** The name and the address of this server. */
export interface InformationRecord {
  /** The name of this cloud. */
  servicename: string;
  /** Its best address; empty if none is known. */
  serviceurl: string;
  /** The place where passwords are checked: this server. */
  authtype: string;
  /** Storage limit of the default policy in GB; 0 for no limit. */
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
  /** Its size. */
  size: string;
  /** The time when it was added. */
  created: string;
  /** The program that added it. */
  how: string;
  /** The time when it was added. */
  createdepochutc: number;
  /** The display name of the account. */
  whodisplayname: string;
}

/** An entry that could not be brought back, or not under its name. */
export interface LeftRecord {
  /** Its path, or its name if the caller does not see it. */
  path: string;
  /** The reason, in a sentence. */
  message: string;
}

/** An address of the link. */
export interface LinkAddress {
  /** The address. */
  url: string;
  /** The address as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
}

/** An address of a link. */
export interface LinkAddressRecord {
  /** The address. */
  url: string;
  /** The address as a QR code: rows of 1 for dark and 0 for light, separated by commas. */
  qr: string;
  /** The host in it: `name` for a name in the server's own network, `address` for an IP address, `public` for a name that everybody can look up. */
  kind: "name" | "address" | "public";
}

/** A one-time link. */
export interface LinkMeta {
  /** The account. */
  username: string;
  /** Seconds for which it works. */
  validseconds: number;
  /** The time until which it works. */
  expiresepochutc: number;
  /** Whether it was mailed too. */
  ismailed: 0 | 1;
  /** Number of addresses. */
  total: number;
}

/** Information about a link for visitors. If the link needs a password, only this is told until it is opened. */
export interface LinkRecord {
  /** Whether its password is needed first. */
  needspassword: 0 | 1;
  /** The name of the shared entry; empty if visitors may see nothing of it and nobody has chosen a name. */
  name: string;
  /** The kind of the shared entry: `dir` or `file`. */
  type?: "dir" | "file";
  /** The display name of the account that shares it. */
  ownerdisplayname: string;
  /** The address of the account's picture, from the root of the server; empty if there is none. */
  ownerimage: string;
  /** Whether visitors may upload. */
  allowpublicupload: 0 | 1;
  /** Whether visitors may view but not download. */
  allowpublicviewonly: 0 | 1;
  /** Whether visitors may only upload, without seeing anything. */
  allowpublicuploadonly: 0 | 1;
  /** Maximum number of bytes of an uploaded file; 0 for no limit. */
  sharesizelimit: number;
  /** The time when the link ends, in seconds since 1970 UTC; 0 for never. */
  ends: number;
  /** A text of the administrator; empty if there is none. */
  text: string;
}

/** The folder that is listed. */
export interface ListingMeta {
  /** The path of the folder above it. */
  parentpath: string;
  /** Number of its entries, on all pages. */
  total: number;
  /** The path of the folder. */
  realpath: string;
  /** Whether it is the top, which lists accounts and disks. */
  isroot: 0 | 1;
  /** Whether files can be uploaded into it. */
  canupload: 0 | 1;
  /** Whether the caller may share it. */
  isshareable: 0 | 1;
  /** Whether its entries can be downloaded. */
  candownload: 0 | 1;
  /** Whether its access list can be set. */
  cansetacls: 0 | 1;
  /** Whether clients should offer sharing. */
  showshareoption: 0 | 1;
  /** Whether it belongs to a team. */
  teamfolder: 0 | 1;
  /** Always 1. */
  result: 1;
  /** Always empty. */
  message: "";
  /** The name of the file that is shown first in a shared folder; empty if there is none. */
  defaultfile: string;
  /** Whether archives are shown as folders. */
  showzipfolders: 0;
  /** Not in use here. */
  aboutfile: "";
}

/** Whether a file or folder is locked. */
export interface LockState {
  /** Whether it is locked. */
  locked: 0 | 1;
  /** Whether others cannot download it. */
  readlock: 0 | 1;
  /** The account that holds the lock; empty if there is none. */
  lockedby: string;
  /** The path of the lock: the entry itself, or a folder above it. */
  lockpath: string;
  /** The time when the lock ends by itself; empty for never. */
  lockexpiration: string;
  /** The time when the lock ends by itself; empty for never. */
  lockexpirationepochutc: number | "";
}

/** The result of making or unpacking an archive. */
export interface MadeRecord {
  /** The full path of the archive or folder. */
  path: string;
  /** Number of entries that were left out. */
  leftout: number;
}

/** A mail of the outbox. */
export interface MailRecord {
  /** The id. */
  mailid: string;
  /** The kind of mail, as in `getmailtexts`. */
  kind: string;
  /** The address of the receiver. */
  email: string;
  /** The name of the receiver; may be empty. */
  name: string;
  /** The status. */
  status: "queued" | "sent" | "givenup";
  /** Number of attempts. */
  tries: number;
  /** The time when it was queued. */
  createdepochutc: number;
  /** The time of the next attempt, or the time when it was sent or given up. */
  dueepochutc: number;
  /** The last answer of the mail server, or why it could not be reached; empty before the first attempt. */
  said: string;
  /** Whether `retrymail` can send it again. */
  isretryable: 0 | 1;
}

/** A setting of mails. */
export interface MailSettingRecord {
  /** Its name. */
  param: string;
  /** Its value. */
  value: string;
}

/** The text of a kind of mail. */
export interface MailTextRecord {
  /** The kind. */
  kind: string;
  /** The language. */
  language: "english" | "german" | "french" | "spanish";
  /** The subject. */
  subject: string;
  /** The text. */
  text: string;
  /** Whether an administrator has written it. */
  isown: 0 | 1;
  /** The placeholders that it may contain, separated by commas. */
  placeholders: string;
}

/** Whether mail is set up, and the number of mails. */
export interface MailsMeta {
  /** Whether there is a mail server. */
  issetup: 0 | 1;
  /** Number of mails with the status in the call. */
  total: number;
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
  /** Number of members. */
  membercount: number;
  /** The members, by name. */
  members?: MemberRecord[];
}

/** A metadata set. */
export interface MetadataSetRecord {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** Its purpose. */
  description: string;
  /** Always empty: a disabled set is not shown. */
  disabled: "1" | "";
  /** Whether the caller may see its values. */
  read: "1" | "";
  /** Whether the caller may change its values. */
  write: "1" | "";
  /** 1 built in, 2 default, 3 custom. */
  type: 1 | 2 | 3;
  /** Whether it can be used everywhere. */
  allowallpaths: "1" | "";
  /** The id. */
  [name: `attribute${number}_attributeid`]: string;
  /** The name. */
  [name: `attribute${number}_name`]: string;
  /** Its purpose. */
  [name: `attribute${number}_description`]: string;
  /** 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list separated by commas. */
  [name: `attribute${number}_type`]: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** The value of a new entry. */
  [name: `attribute${number}_defaultvalue`]: string;
  /** Whether it must have a value. */
  [name: `attribute${number}_required`]: "1" | "";
  /** Whether its values cannot be changed any more. */
  [name: `attribute${number}_disabled`]: "1" | "";
  /** The values to choose from, for an enumeration. */
  [name: `attribute${number}_predefinedvalue${number}`]: string;
  /** The number of values to choose from, for an enumeration. */
  [name: `attribute${number}_predefinedvalues_total`]: number;
  /** Number of attributes. */
  attributes_total: number;
}

/** The values of a metadata set on a file or folder. */
export interface MetadataSetValues {
  /** The id of the set. */
  id: string;
  /** The name of the set. */
  name: string;
  /** The purpose of the set. */
  description: string;
  /** 1 built in, 2 default, 3 custom. */
  settype: 1 | 2 | 3;
  /** Whether the caller may see its values. */
  read: "1" | "";
  /** Whether the caller may change its values. */
  write: "1" | "";
  /** The id of the attribute. */
  [name: `attribute${number}_attributeid`]: string;
  /** The name of the attribute. */
  [name: `attribute${number}_name`]: string;
  /** The purpose of the attribute. */
  [name: `attribute${number}_description`]: string;
  /** Whether it can no longer be changed. */
  [name: `attribute${number}_disabled`]: "1" | "";
  /** Whether it must not be empty. */
  [name: `attribute${number}_required`]: "1" | "";
  /** 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list separated by commas. */
  [name: `attribute${number}_datatype`]: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** The value; empty for none. */
  [name: `attribute${number}_value`]: string;
  /** The values of an enumeration, separated by commas. */
  [name: `attribute${number}_enumvalues`]: string;
  /** Number of attributes. */
  attributes_total: number;
}

/** A change of a file by somebody else. */
export interface NotificationRecord {
  /** The full path. */
  path: string;
  /** The path of its folder. */
  dirpath: string;
  /** The name. */
  name: string;
  /** The kind of change, as a number: see the operation. */
  actioncode: number;
  /** The account. */
  who: string;
  /** The display name of the account. */
  whodisplayname: string;
  /** Whether the account has a picture for `getprofileimage`. */
  hasprofileimage: 0 | 1;
  /** The time, as people read it: `4 hours ago`. */
  when: string;
  /** The name that the client gives itself. */
  how: string;
  /** Always empty: the address is in the audit log only. */
  ip: "";
  /** 1 for a file, 0 for a folder. */
  isfile: 0 | 1;
  /** Further information: see `getactivitystream`. */
  misc: string;
  /** The time. */
  whenepochutc: number;
  /** Number of files and folders: see `getactivitystream`. */
  count: number;
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

/** A one-time link. */
export interface OpenedLinkRecord {
  /** The purpose: `password` for a new password, `invitation` for the first one, `email` to verify an address. */
  purpose: "password" | "invitation" | "email";
  /** The account. */
  username: string;
  /** The name that others see. */
  displayname: string;
  /** The time until which it works. */
  expiresepochutc: number;
  /** Minimum number of characters in a new password. */
  passwordlengthmin: number;
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
  /** Seconds for which it works. */
  validseconds: number;
  /** The time until which it works. */
  expiresepochutc: number;
  /** Number of links. */
  total: number;
}

/** The caller's rights to a path. */
export interface Permission {
  /** Whether it may be read. */
  read: 1;
  /** Whether the caller may add entries to the folder. */
  write: 0 | 1;
  /** Whether it may be shared. */
  share: 0 | 1;
  /** Whether FileCloud's clients may sync it. */
  sync: 0;
  /** Whether the caller may create entries in the folder. */
  create: 0 | 1;
  /** Whether the caller may change its contents. */
  update: 0 | 1;
  /** Whether the caller may delete, move or rename it. */
  delete: 0 | 1;
  /** Whether somebody else shares it. */
  issharedtoyou: 0 | 1;
  /** The account that owns or shares it. */
  shareowner: string;
  /** Whether changes are told by mail. This server tells them in the portal alone. */
  emailnotifications: 0;
}

/** A person with an account. */
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
  /** Always 0: other people's limits are not shown. */
  sizelimit: 0;
  /** Whether the account has a picture. */
  hasprofileimage: 0 | 1;
}

/** A day on which photos were taken. */
export interface PhotoDayRecord {
  /** The day: `2026-07-22`. */
  day: string;
  /** Number of photos and videos. */
  count: number;
}

/** The number in all. */
export interface PhotoDaysMeta {
  /** Number of photos and videos of all days. */
  total: number;
  /** Whether all folders were scanned at least once, and all photos were read. */
  iswhole: 0 | 1;
}

/** A photo or a video. */
export interface PhotoRecord {
  /** The full path. */
  path: string;
  /** The name. */
  name: string;
  /** Bytes of the file. */
  size: number;
  /** The time when the file was last modified. */
  modifiedepochutc: number;
  /** The time when it was taken, by the clock there: `2026-07-22T03:20:00`. */
  taken: string;
  /** The source of that time. */
  takenfrom: "camera" | "name" | "file";
  /** Whether it is a video. */
  isvideo: 0 | 1;
  /** Width in pixels as it is shown; 0 if unknown. */
  width: number;
  /** Height in pixels as it is shown; 0 if unknown. */
  height: number;
  /** Length of a video in seconds, at least 1; 0 if unknown, and for photos. */
  duration: number;
  /** The camera; empty if unknown. */
  camera: string;
  /** Latitude in degrees, positive in the north: `48.137154`; empty if unknown. */
  latitude: string;
  /** Longitude in degrees, positive in the east; empty if unknown. */
  longitude: string;
}

/** A policy. */
export interface PolicyRecord {
  /** The id. */
  policyid: string;
  /** The name. */
  policyname: string;
  /** Whether it is the default policy. */
  isdefault: 0 | 1;
  /** Number of accounts whose nearest policy this is. */
  usercount: number;
  /** Number of groups that have it. */
  groupcount: number;
  /** Its keys. */
  setting?: PolicySettingRecord[];
}

/** A key of a policy. */
export interface PolicySettingRecord {
  /** Its name. */
  param: string;
  /** The value in the policy; empty if the policies below it decide. */
  value: string;
  /** The value that applies if the policy has none. */
  below: string;
  /** The form of its values. */
  kind: "flag" | "days" | "gigabytes";
}

/** An account whose nearest policy this is. */
export interface PolicyUserRecord {
  /** The name. */
  username: string;
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  status: 0 | 1 | 2 | 3;
  /** Whether the account is an administrator's. */
  adminstatus: 0 | 1;
  /** The kind of account: 0, an account of this cloud. */
  authtype: 0;
}

/** A value that applies. */
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
  /** Whether the server runs on another machine than the client. */
  isremote: 1;
  /** Not in use here. */
  profileuserdatadir: "";
  /** Not in use here. */
  emailverifytag: "";
  /** The rights of the account. */
  userlevel: "FULL" | "GUEST" | "DISABLED" | "";
  /** Whether the account is an administrator's. */
  isadmin: 0 | 1;
  /** Whether the account has a picture for `getprofileimage`. */
  hasprofileimage: 0 | 1;
  /** Whether the e-mail address is known to be the owner's. */
  isemailverified: 0 | 1;
  /** The path below which the account finds its team folders; empty if it has none. */
  teamfolders: string;
}

/** Whether people can sign up. */
export interface ProfileCreationRecord {
  /** Whether people can sign up. */
  creation: 0 | 1;
  /** Not in use here. */
  domain: "";
  /** Whether people can sign up. */
  creationallowed: 0 | 1;
  /** The reason why they cannot. */
  reason: string;
  /** Not in use here. */
  savepassword: 0;
  /** The reason why a new account has to wait: `admin` if an administrator has to allow it; empty for none. */
  waits: "" | "email" | "admin";
}

/** Facts about sharing with people; only in the context `share`. */
export interface ProfilesMeta {
  /** Whether mails can be viewed before they are sent. */
  showemailpreview: 0;
  /** Whether `adduserstoshare` can tell people by mail. */
  sendemail: 0 | 1;
  /** Only if nobody matches: whether a new person can be invited by mail. */
  inviteallowed?: 0 | 1;
  /** Only if nobody matches: why the caller cannot invite anybody. */
  invitenotallowederror?: string;
}

/** A recovery code. */
export interface RecoveryCodeRecord {
  /** The code. */
  code: string;
}

/** A search and its number of matches. */
export interface SearchMeta {
  /** The id of the search. */
  id: string;
  /** The state: the search has ended. */
  status: "COMPLETE";
  /** The parts that are missing in the answer, as people read it; empty if it is complete. */
  statusmessage: string;
  /** Number of matches, on all pages. */
  totalmatch: number;
  /** Number of matches, on all pages. */
  total: number;
  /** The time when the search ended. */
  completedtime: number;
  /** The folder below which to search. */
  location: string;
  /** The words in names. */
  searchstring: string;
  /** Only files of at least this size in KB; 0 for any. */
  minsize: number;
  /** Only files of at most this size in KB; 0 for any. */
  maxsize: number;
  /** Only files and folders modified at this time or later; empty for any. */
  modifiedstart: string;
  /** Only files and folders modified at this time or earlier; empty for any. */
  modifiedend: string;
  /** Whether contents were searched too. */
  textsearch: 0 | 1;
}

/** A former search. */
export interface SearchTerm {
  /** The text. */
  term: string;
}

/** The second factor of an account. */
export interface SecondFactorRecord {
  /** Whether there is one. */
  isenabled: 0 | 1;
  /** The time when it was set up; empty if there is none. */
  since: string;
  /** The time when it was set up; 0 if there is none. */
  sinceepochutc: number;
  /** Number of recovery codes that are left. */
  recoverycodes: number;
  /** Whether the account must have one. */
  isrequired: 0 | 1;
}

/** Facts that a client needs before anybody signs in. */
export interface ServerRecord {
  /** The name of the cloud. */
  name: string;
  /** The version of the program. */
  version: string;
  /** Whether the cloud has no administrator yet. */
  awaitssetup: 0 | 1;
  /** Minimum number of characters in a new password. */
  passwordminlength: number;
  /** The colour of buttons and marks, as `#rrggbb`; empty for the default colour. */
  accentcolour: string;
  /** A name for the content of the logo that `getcustomimage` sends; empty if administrators have set none. */
  logo: string;
  /** Whether `gettos` has terms of use. */
  hasterms: 0 | 1;
  /** Whether `getprivacy` has a privacy text. */
  hasprivacy: 0 | 1;
  /** Whether people can sign up, with `createprofile`. */
  signsup: 0 | 1;
  /** Whether mail is set up, so that `resetpassword` mails a link. */
  sendsmail: 0 | 1;
  /** Kinds of files of which `getfsthumbimage` makes no pictures here, separated by commas: of `pictures`, `RAW`, `videos`, `HEIC`, `AVIF` and `PDF`. Empty if it makes pictures of all. */
  nothumbnailsof: string;
}

/** A session of an account. */
export interface Session {
  /** The id, for `endsession` and `endsessionforuser`. */
  id: string;
  /** The side of the session: `user` or `admin`. */
  side: string;
  /** The time when it began. */
  created: string;
  /** The time of the last call in it. */
  lastused: string;
  /** The time when it began. */
  createdepochutc: number;
  /** The time of the last call in it. */
  lastusedepochutc: number;
  /** The address of the client when it began. */
  address: string;
  /** The name of the client or of the paired device. */
  agent: string;
  /** Whether this is the session of this call. */
  iscurrent: 0 | 1;
}

/** A setting. */
export interface SettingRecord {
  /** The name. */
  name: string;
  /** The present value; empty for a secret. */
  value: string;
  /** The default value. */
  default: string;
  /** Its purpose. */
  help: string;
  /** The source of the value. */
  source: string;
  /** Whether `setsetting` can change it. */
  ischangeable: 0 | 1;
  /** The form of the value. */
  kind: "number" | "text" | "lines" | "list" | "secret" | "choice";
  /** The values that it can have, separated by commas. */
  choices: string;
}

/** An activity at a share. */
export interface ShareActivityRecord {
  /** The id of the share. */
  shareid: string;
  /** The full path. */
  path: string;
  /** The name. */
  name: string;
  /** The kind of activity, as a number: see the operation. */
  actioncode: number;
  /** The person: see the operation. */
  who: string;
  /** The time, as `4 hours ago`. */
  when: string;
  /** The name that the client gives itself. */
  how: string;
  /** The address of a visitor; empty for a member. */
  ip: string;
  /** The e-mail addresses of the accounts that are members of the share, separated by commas. Only `getrecentshareactivityforuser` sends it. */
  shareemailto?: string;
  /** The name of the share. */
  sharename: string;
  /** The time. */
  whenepochutc: number;
}

/** A group of a share. */
export interface ShareGroupRecord {
  /** The id of the group. */
  groupid: string;
  /** Its name. */
  groupname: string;
  /** Whether they may view. */
  read: "true" | "false";
  /** Whether they may add, change and delete. */
  write: "true" | "false";
  /** Whether their clients may keep a copy. */
  sync: "true" | "false";
  /** Whether they may share it with others. */
  share: "true" | "false";
  /** Whether they may download. */
  download: "true" | "false";
  /** Whether they may not delete, even if they may write. */
  disallowdelete: "true" | "false";
  /** Whether they may change the members of the share. */
  allowmanage: "true" | "false";
}

/** A share. */
export interface ShareRecord {
  /** Not in use here. */
  defaultpolicysharemode: "";
  /** Not in use here. */
  defaultdisallowsharechange: 0;
  /** The id. */
  shareid: string;
  /** The name of the share. */
  sharename: string;
  /** The full path of the shared entry; for an album, the path by which its members see it. */
  sharelocation: string;
  /** The path as people read it, such as `My Files/Photos`. */
  readablelocation: string;
  /** The address of the link. */
  shareurl: string;
  /** The name of the shared entry. */
  sharedobjname: string;
  /** The part after the last dot of the name; empty for folders. */
  ext: string;
  /** Always `DEFAULT`: people choose how they look at it. */
  viewmode: "DEFAULT";
  /** The time when the link ends; empty for never. */
  validityperiod: string;
  /** The same in seconds since 1970 UTC. */
  validityperiodts: number | "";
  /** The same in seconds since 1970 UTC. */
  expirytimestamp: number | "";
  /** Whether the link has ended. */
  expired: 0 | 1;
  /** Maximum size of an upload by the link, in megabytes (1024 × 1024 bytes); 0 for no limit. */
  sharesizelimit: number;
  /** Maximum number of downloads by the link; 0 for no limit. */
  maxdownloads: number;
  /** Number of downloads so far. */
  downloadcount: number;
  /** Not in use here. */
  viewsize: 0;
  /** Not in use here. */
  thumbsize: 0;
  /** Whether the link works. */
  allowpublicaccess: 0 | 1;
  /** Whether visitors may upload. */
  allowpublicupload: 0 | 1;
  /** Whether visitors may view but not download. */
  allowpublicviewonly: 0 | 1;
  /** Whether visitors may only upload, without seeing anything. */
  allowpublicuploadonly: 0 | 1;
  /** Whether it is a folder. */
  isdir: 0 | 1;
  /** Whether the entry exists and the link has not ended. */
  isvalid: 0 | 1;
  /** The time when it was shared. */
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
  /** Whether notifications about it are turned off. */
  hidenotifications: 0 | 1;
  /** Whether the link has a password. */
  ispublicsecure: 0 | 1;
  /** The name of the file that is shown first. */
  defaultfile: string;
  /** The time when the link was last opened; empty for never. */
  lastaccessdts: number | "";
  /** Whether the shared entry belongs to somebody else than the owner of the share. */
  isreshare: 0 | 1;
  /** The time when the link was last opened, as `4 hours ago`; empty for never. */
  lastaccess: string;
  /** Number of times that the link was opened. */
  recentactivitycount: number;
  /** Whether no mail can be sent about it. */
  hidesendshareviaemail: 0 | 1;
  /** Whether groups cannot be members of shares. */
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
  /** Number of times that the link was opened. */
  successfulaccesstimes: number;
  /** The path of the link, for calls without a session. */
  linkpath: string;
  /** Whether the link works in the local network only. */
  homeonly: 0 | 1;
  /** Whether it has accounts or groups as members. */
  hasmembers: 0 | 1;
  /** The id of the list of favorites, if an album is shared; empty otherwise. */
  albumid: string;
}

/** An account of a share. */
export interface ShareUserRecord {
  /** The account. */
  name: string;
  /** The account. */
  userid: string;
  /** The account. */
  username: string;
  /** Whether they were invited by mail and have not signed in yet. */
  isinvited: "true" | "false";
  /** Whether they may view. */
  read: "true" | "false";
  /** Whether they may add, change and delete. */
  write: "true" | "false";
  /** Whether their clients may keep a copy. */
  sync: "true" | "false";
  /** Whether they may share it with others. */
  share: "true" | "false";
  /** Whether they may download. */
  download: "true" | "false";
  /** Whether they may not delete, even if they may write. */
  disallowdelete: "true" | "false";
  /** Whether they may change the members of the share. */
  allowmanage: "true" | "false";
}

/** A name for a place. */
export interface ShortcutRecord {
  /** The id. */
  rid: string;
  /** The name. */
  name: string;
  /** The account. */
  owner: string;
  /** The full path of the file or folder. */
  value: string;
  /** The path as people read it, such as `My Files/Photos`. */
  readablevalue: string;
  /** The number that the client chose. */
  type: number;
  /** The time when it was made. */
  when: string;
}

/** Counts of accounts and files. */
export interface StatsRecord {
  /** Accounts. */
  totalusers: number;
  /** Accounts with all rights to their own files. */
  fullaccessusers: number;
  /** The other accounts. */
  guestaccessusers: number;
  /** Size of all files. */
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
  /** Seconds since the start of the server. */
  uptime: number;
  /** Bytes of memory that the server uses. */
  memorybytes: number;
  /** Bytes of the database. */
  databasebytes: number;
  /** The version of the program. */
  version: string;
  /** The addresses on which the server listens, separated by commas. */
  addresses: string;
  /** Kinds of files without thumbnails and the reason for each, separated by commas: `videos:not-installed,PDF:turned-off`. Empty if all have. */
  nothumbnailsof: string;
}

/** The size of a kind of stored data. */
export interface StorageKind {
  /** The kind. */
  kind: "files" | "versions" | "bin" | "thumbnails" | "uploads" | "database";
  /** Number of bytes. */
  bytes: number;
  /** Number of files. */
  files: number;
  /** The further disk; missing for the disk with the accounts' files. */
  volume?: string;
}

/** The present state of an entry. */
export interface SyncChange {
  /** 1 for a file, 0 for a folder. */
  type: 0 | 1;
  /** The size in bytes. */
  size: number;
  /** The modification time; empty for a removed entry. */
  modified: string;
  /** The name. */
  name: string;
  /** The full path. */
  fullpath: string;
  /** Not in use here. */
  flags: "";
  /** Whether it was removed. */
  isdeleted: 0 | 1;
  /** The version of this change. */
  updateversion: number;
  /** Whether it can be downloaded. */
  candownload: 0 | 1;
  /** Whether new content can be uploaded. */
  canupload: 0 | 1;
  /** Whether it can be renamed. */
  canrename: 0 | 1;
  /** The ETag of the content. */
  etag: string;
}

/** The extent of the changes. */
export interface SyncDeltaMeta {
  /** Number of records. */
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

/** Facts about this server, and the caller's storage. */
export interface SystemStatusRecord {
  /** The version of the program. */
  appversion: string;
  /** The version of the protocol. */
  apilevel: string;
  /** The name of the account; empty if nobody is signed in. */
  peerid: string;
  /** The name that others see. */
  displayname: string;
  /** The kind of server. */
  OS: "TONIDO_CLOUD";
  /** The name of the cloud. */
  oem: string;
  /** Always 0: this server does not look for newer versions. */
  needsupdate: 0;
  /** Always 0, for the same reason. */
  iscritical: 0;
  /** Always 0: this server does not update itself. */
  autoupdate: 0;
  /** Always 0: this server has no plugins. */
  needspluginupdate: 0;
  /** Always 0, for the same reason. */
  iscriticalpluginupdate: 0;
  /** The name of the account; empty if nobody is signed in. */
  currentprofile: string;
  /** Seconds since the start of the server. */
  uptime: number;
  /** The port of `serverurl`; empty if nobody is signed in. */
  httpport: string;
  /** Whether the server can be used. */
  isonline: 1;
  /** Whether calls go through another server. */
  relayactive: 0;
  /** Whether that server is reached by HTTPS. There is none. */
  relayishttps: 0;
  /** Whether the server runs on another machine than the client. */
  isremote: 1;
  /** Whether the server opens a port of the router. */
  upnpenabled: 0;
  /** Whether a port of the router is open. */
  upnpactive: 0;
  /** Whether this call came by HTTPS. */
  ishttps: 0 | 1;
  /** The address at which devices reach this server; empty if it is unknown, and if nobody is signed in. */
  serverurl: string;
  /** The place where accounts are stored. */
  authtype: "DEFAULT";
  /** Minimum number of characters in a new password. */
  passwordminlength: number;
  /** The e-mail address of the account. */
  email: string;
  /** Whether clients collect pictures and films for this server by a call of their own. */
  mediasync: 0;
  /** Not in use here. */
  mediasyncstorepath: "";
  /** Whether activities are off. */
  disableactivity: 0;
  /** Whether files cannot be locked. */
  disablelock: 0;
  /** Whether music cannot be played. */
  disablemusic: 0;
  /** Endings of names that cannot be uploaded. There are none here. */
  uploadrestrictions: "";
  /** Whether `getfsthumbimage` makes pictures of PDF files here. */
  docthumbsenabled: 0 | 1;
  /** The rights of the account. This field and those below are only there for signed-in users. */
  userstatus?: "FULL" | "GUEST" | "DISABLED" | "";
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  clouduserstatus?: 0 | 1 | 2 | 3;
  /** Used storage in bytes. */
  storageusage?: number;
  /** Storage limit in bytes; 0 for no limit. */
  sizelimit?: number;
  /** Used storage in percent of the limit. */
  usagepercent?: number;
  /** Free storage in bytes. */
  availablestorage?: number;
  /** Number of notifications that the account has not read. */
  unreadmessages?: number;
  /** Number of groups that the account is in. */
  numgroups?: number;
  /** Whether `searchprofiles` finds other accounts. */
  cansearchotherusers?: 1;
  /** Whether others' shares are listed at `/SHARED`. */
  showsharedfiles?: 1;
  /** Whether there are lists of favorites. */
  showfavorites?: 1;
  /** Whether clients can sync network folders, with `getsyncfolderlist`. */
  allownetworkfoldersync?: 1;
  /** Whether the account has no files of its own. */
  disablemyfiles?: 0 | 1;
  /** Whether the account's clients fold the list of activities. */
  collapseactivity?: 0 | 1;
  /** Whether the disk is nearly full. For administrators. */
  disknearlyfull?: 0 | 1;
}

/** The result of taking changes back. */
export interface TakenBackMeta {
  /** Number of files and folders that came back. */
  cameback: number;
  /** Number of changes that could not be taken back. */
  stayed: number;
}

/** Facts about team folders. */
export interface TeamFolderProperty {
  /** Whether an account is set. */
  enabled: 0 | 1;
  /** The account; empty for none. */
  username: string;
  /** Always 1: folders have access lists. */
  aclenabled: 1;
}

/** A notification. */
export interface ToastRecord {
  /** The id. */
  toastrid: string;
  /** The account that caused it. */
  creater: string;
  /** Not in use here. */
  link: "";
  /** The full path of the file or folder. */
  path: string;
  /** Its name. */
  name: string;
  /** The part after the last dot of its name. */
  ext: string;
  /** The path of its folder. */
  dirpath: string;
  /** The path of its folder, as people read it. */
  displaydirpath: string;
  /** The kind, as a number: see the operation. */
  messagetype: number;
  /** The kind. */
  type: "comment" | "limit" | "disk" | "share" | "secondfactor" | "held";
  /** The comment, or a sentence. */
  message: string;
  /** Whether it was read. */
  alreadyread: 0 | 1;
  /** Whether the account that caused it has a picture for `getprofileimage`. */
  createrhasimage: 0 | 1;
  /** The display name of the account that caused it. */
  createrdisplayname: string;
  /** The time. */
  when: string;
  /** The time. */
  whenepochutc: number;
}

/** The number of records. */
export interface Total {
  /** The number of all records. */
  total: number;
}

/** An unfinished upload. */
export interface UploadRecord {
  /** The ranges of bytes that have arrived, ends exclusive, as `0-1048576 2097152-3145728`. */
  received: string;
  /** The length of the whole file in bytes; empty if the client did not send it. */
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
  /** The time when it was made. */
  created: string;
  /** The time when it was made. */
  createdepochutc: number;
  /** 0 guest, 1 full, 2 disabled, 3 external. */
  status: 0 | 1 | 2 | 3;
  /** Storage limit in bytes; 0 for no limit. */
  total: number;
  /** Storage limit in GB; 0 for no limit. */
  sizeingb: string;
  /** Storage limit; empty for no limit. */
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
  /** The time of the last sign-in; empty for never. */
  lastlogindate: string;
  /** The time of the last sign-in; 0 for never. */
  lastloginepochutc: number;
  /** The kind of account: 0, an account of this cloud. */
  authtype: 0;
  /** The last day of the account; empty for never. */
  expirationdate: string;
  /** Used storage. `search` tells it without unfinished uploads, as the index knows it. */
  sizeusedwithshares?: string;
  /** Used storage. */
  sizeusedwithoutshares?: string;
  /** Free storage. */
  freespace?: string;
  /** Whether it has a second factor. Only `getuser` sends this field. */
  hassecondfactor?: 0 | 1;
  /** The reason why a new account cannot be used yet: `admin` if an administrator has to allow it, `email` if its e-mail address is not verified; empty for none. */
  waits: "" | "email" | "admin";
}

/** The storage of an account. */
export interface UserUsageRecord {
  /** The name. */
  username: string;
  /** Used storage. */
  sizeusedwithshares: string;
  /** Used storage. */
  sizeusedwithoutshares: string;
  /** Free storage. */
  freespace: string;
  /** Bytes of its files. */
  livebytes: number;
  /** Number of files. */
  livefiles: number;
  /** Bytes of versions. */
  versionsbytes: number;
  /** Bytes in its recycle bin. */
  binbytes: number;
  /** Bytes of unfinished uploads. */
  incompletebytes: number;
  /** Sum of these bytes. */
  totalbytes: number;
  /** Storage limit in bytes; 0 for no limit. */
  quotabytes: number;
}

/** The result of a check of the audit log's chain. */
export interface VerificationRecord {
  /** Number of rows. */
  rows: number;
  /** The id of the newest row. */
  newestid: number;
  /** The newest link of the chain. Keep it elsewhere. */
  newest: string;
  /** The id of the first row that does not fit; empty if all do. */
  brokenat: string;
  /** Duration of the check in seconds. */
  secondstaken: string;
}

/** The version of this server. */
export interface VersionOfServer {
  /** The version of this server, which does not look for newer ones. */
  remotebuild: string;
  /** The version of the program. */
  localbuild: string;
}

/** A content of a file. */
export interface VersionRecord {
  /** The number. Newer contents have greater numbers. */
  versionnumber: number;
  /** Its size. */
  size: string;
  /** The name of the client that wrote it. */
  how: string;
  /** The modification time. */
  createdon: string;
  /** The author, if known. */
  createdby: string;
  /** The name of the file. */
  filename: string;
  /** Its size in bytes. */
  sizeinbytes: number;
  /** The id for `downloadversionedfile`, `makeversionlive`, `nameversion` and `deleteversion`. */
  fileid: string;
  /** The modification time. */
  createdonepoch: number;
  /** The name that `nameversion` gave it; empty without one. */
  versionname: string;
}

/** The way in which videos are played. */
export interface VideoAbilities {
  /** Whether videos are converted. */
  xcoded: 0;
  /** Whether videos can be converted. */
  canxcode: 0;
  /** Whether videos are streamed in pieces (HTTP Live Streaming). */
  httplivestream: 0;
  /** Whether videos can be streamed so. */
  canhttplivestream: 0;
}

/** A video with a thumbnail that a browser has given it. */
export interface VideoThumbnailRecord {
  /** The full path. */
  path: string;
}

/** A disk with files. */
export interface VolumeRecord {
  /** The id. */
  id: string;
  /** The name. */
  name: string;
  /** The directory on this machine. */
  path: string;
  /** Whether it can be used. */
  state: "online" | "readonly" | "waking" | "silent" | "offline";
  /** The reason why it cannot be used or changed; empty if it can. */
  reason: string;
  /** The kind of this reason. */
  cause: "none" | "in-use" | "leased" | "no-filesync" | "no-replace" | "other";
  /** The name of the other server that uses it; empty if it is not in use or has no name. */
  usedby: string;
  /** The time since when that server has used it, as that server wrote it; may be empty. */
  usedsince: string;
  /** The kind of its file system. */
  filesystem: string;
  /** The abilities of the file system, found by trying, separated by commas: `case`, `permissions`, `hardlinks`, `dates`, `swap`, `locks`, `namesync`, `forms`, `replace`, `filesync`, `holes`. */
  capabilities: string;
  /** The maximum length of a name in bytes; 0 if nothing was tried, as on a disk that can only be read. */
  namebytesmax: number;
  /** The step of the times of files in nanoseconds; 0 if nothing was tried. */
  timestepns: number;
  /** Size in bytes. */
  totalbytes: number;
  /** Free space in bytes. */
  freebytes: number;
  /** The level of free space. */
  fullness: "fine" | "nearly" | "full";
}
