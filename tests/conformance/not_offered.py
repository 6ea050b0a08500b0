"""Every method of the client whose operation this server does not offer, found by introspection."""

import inspect
import pathlib

from filecloudapi.datastructures import AclEntryType, AclPermissions, FCShare, SyncFolder
from filecloudapi.exceptions import ServerError

from checks import Client

# The operations that this server offers. All others must answer "not offered". Extend the list with
# the server.
OFFERED = set(
    """loginguest 2falogin getrmcclients approvedeviceaccess addrmccommand removermcclient locksession logoutprofile getauthenticationinfo getsystemstatus getprofilesettings updatepassword
    setdisplayname getdiskusagedetails getfilelist fileinfo fileexists createfolder deletefile renamefile renameormove
    copyfile getfolderproperties getaccessdetailsforpath upload deletepartialuploads getsyncfolderlist getsyncdelta downloadfile downloadfilemulti
    getversions lock unlock getfilelockinfo
    adminlogin logout getauthstatus search getuser adduser updateuser deleteuser setuserpassword setadminstatus getaudit
    exportaudit trimauditdb getversion getstats getgroups addgroup deletegroup addmembertogroup
    addshare quickshare setallowpublicaccess deleteshare getshareforpath adduserstoshare addgrouptoshare setuseraccessforshare setgroupaccessforshare
    getusersforshare getgroupaccessforshare getsharesbyowner getsharepassword getshareactivityforshare getuploadform
    addaclentry deleteaclentry getacl geteffectiveacl setaclinheritance deleteacl
    getexternals addexternal updateexternal deleteexternal addusertoexternal deleteuserfromexternal getusersforexternal
    addgrouptoexternal deletegroupfromexternal getgroupsforexternal getteamfolderproperties setteamfolderuser
    getallpolicies getdefaultpolicy addpolicy updatepolicy removepolicy assignpolicytouser resetpolicyforuser
    getusersforpolicy geteffectivepolicyforuser getpolicyforuser updatepolicyforuser
    getconfigsetting setconfigsetting clearconfigsetting clearallconfigsetting checksettingpath checkserverurl
    checkstoragesetting getsysalerts removealert clearallalerts getinfo getlatestfilesadded getadminlanguagelist
    getlatestusersadded import checkid beginprofilecreation createprofile resetpassword verifyemail
    getadminusers deleteadminuser getadminoperations getadminuserpolicy setadminuserpolicy getadminuseroperationpermission
    checksendemail""".split()
)


# Methods of the client that other checks call by name. All others are found by introspection.
DRIVEN = set(
    """getrmcclients approvedeviceaccess admin_getrmcclients admin_addrmccommand admin_removermcclient
    admin_clearrmcclients admin_waitforrmcclient login login_as_admin getfilelist fileinfo_no_retry fileinfo fileexists_no_retry fileexists waitforfile
    waitforfileremoval downloadfile_no_retry downloadfile downloadfolder deletefile upload_bytes upload_str upload_file
    upload createfolder renamefile get_username copyfile movefile movefile_retry getnetworkfolderinfo getsyncfolderlist getsyncfolder
    getsyncdelta waitforsyncdeltaitem fileversions lock unlock getfilelockinfo waitforlock waitforlockrelease admin_search
    admin_adduser admin_addnewuser admin_deleteuser admin_logout get_user_status setuserpassword
    admin_getgroups admin_createnewgroup admin_addmembertogroup admin_deletegroup
    share quickshare setallowpublicaccess deleteshare getshareforpath adduserstoshare addgrouptoshare setuseraccessforshare setgroupaccessforshare
    getusersforshare wait_for_user_to_have_permission_in_share admin_groupisinshare admin_addgrouptoshare
    admin_setgroupaccessforshare admin_checkshare get_share_password get_permissions_for_group get_share_activities getuploadform
    add_acl_entry deleteaclentry admin_addexternal admin_getexternals admin_addgrouptoexternal getteamfolderinfo
    get_teamfolder_properties admin_set_teamfolder_user
    add_policy update_policy assign_policy_to_user get_all_policies admin_rm_policy admin_get_default_policy
    get_effective_policy_for_user admin_getusersforpolicy admin_assignpolicytouser admin_resetpolicyforuser
    admin_get_config_settings admin_set_config_setting set_config_setting""".split()
)


def not_offered(run):
    """Every other method of the client, with made-up arguments: a clear refusal, never a transport or parse error."""
    # The search below looks at all methods, so this comes first.
    run.same("no method that is driven by name was forgotten", sorted(DRIVEN - Client.used), [])
    client = run.client()
    client.login_as_admin()
    licence = run.folder / "license.xml"
    licence.write_text("<license/>")
    by_type = {
        FCShare: FCShare("0123456789abcdef01234567", "s", "/alice/Docs", False, False, False, False),
        bool: False,
        int: 0,
        float: 0.2,
        AclEntryType: AclEntryType.user,
        AclPermissions: AclPermissions("R"),
        SyncFolder: SyncFolder("/alice", 0),
        pathlib.Path: licence,
        dict: {},
    }

    def argument(parameter):
        if parameter.name in ("maxwaits", "max_wait"):
            return 0.2
        kind = parameter.annotation
        kind = next((k for k in getattr(kind, "__args__", ()) if k in by_type), getattr(kind, "__origin__", kind))
        return ["x"] if kind is list else by_type.get(kind, "/alice/Docs")

    for name, method in inspect.getmembers(client, inspect.ismethod):
        if name.startswith("_") or name in DRIVEN:
            continue
        given = {
            p.name: argument(p)
            for p in inspect.signature(method).parameters.values()
            if p.default is p.empty or p.name.startswith("max")
        }
        run.replies.clear()
        raised = None
        try:
            method(**given)
        except Exception as error:
            raised = error
        others = [(operation, reply) for operation, reply in run.replies if operation not in OFFERED]
        wrong = [
            f"{operation}: {reply.status_code} {reply.text[:150]}"
            for operation, reply in others
            if not refused_clearly(reply)
        ]
        run.check(
            f"{name}: the server says so",
            others and not wrong,
            wrong or "calls only operations that are offered: drive it by name",
        )
        good = raised is None or isinstance(raised, (ServerError, ValueError, TimeoutError))
        source = inspect.getsource(method)
        if "_raise_exception_from_command" in source or "./meta/message" in source:
            good = isinstance(raised, ServerError) and "not offered" in str(raised).lower()
        run.check(f"{name}: the client understands", good, f"{type(raised).__name__}: {raised}")


def refused_clearly(reply):
    text = reply.text
    return (
        reply.status_code == 200
        and ("<commands><command>" in text or "<shares><meta>" in text)
        and "<result>0</result>" in text
        and "not offered" in text.lower()
    )
