//! Metadata: sets that an administrator defines, the values of their attributes on files and
//! folders, and who may see and change them.

use crate::harness::{Caller, Element, Server, wait_until};

/// FileCloud's clients know the set that every entry has by this id.
const DEFAULT: &str = "55557777bbbbccccddddaaaa";
const FILE: &str = "/bob/invoice.txt";

fn ground() -> (Server, Caller, Caller) {
    let server = Server::start();
    let (admin, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "invoice.txt", b"3 apples").ok();
    (server, admin, bob)
}

/// Defines a set for everybody, with an attribute of each type.
fn invoices(admin: &mut Caller, more: &[(&str, &str)]) -> Element {
    let everyone = everyone(admin);
    let mut fields = vec![
        ("id", ""),
        ("name", "Invoices"),
        ("description", "What was paid"),
        ("disabled", "false"),
        ("allowallpaths", "true"),
        ("type", "3"),
        ("group0_id", everyone.as_str()),
        ("group0_name", "EVERYONE"),
        ("group0_read", "true"),
        ("group0_write", "true"),
    ];
    let attributes = [
        ["Vendor", "1", "true", ""],
        ["Number", "2", "false", "7"],
        ["Amount", "3", "false", "1.50"],
        ["Paid", "4", "false", "false"],
        ["Due", "5", "false", "2024-12-31"],
        ["State", "6", "false", "open"],
        ["Words", "7", "false", "a, b"],
    ];
    let names: Vec<[String; 4]> = (0..attributes.len())
        .map(|number| {
            ["name", "type", "required", "defaultvalue"].map(|name| format!("attribute{number}_{name}"))
        })
        .collect();
    for (names, values) in names.iter().zip(&attributes) {
        fields.extend(names.iter().map(String::as_str).zip(values.iter().copied()));
    }
    fields.extend([
        ("attribute5_predefinedvalue0", "open"),
        ("attribute5_predefinedvalue1", "closed"),
        ("attribute5_predefinedvalues_total", "2"),
        ("attributes_total", "7"),
    ]);
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more);
    admin.administer("addmetadataset", &fields).done();
    defined(admin, "Invoices")
}

fn everyone(admin: &mut Caller) -> String {
    let groups = admin.administer("getgroups", &[]).xml();
    groups
        .all("group")
        .find(|group| group.field("groupname") == "EVERYONE")
        .unwrap()
        .field("groupid")
        .to_owned()
}

/// The definition of a set.
fn defined(admin: &mut Caller, name: &str) -> Element {
    let sets = admin.administer("getmetadatasetdefinitions", &[("keyword", name)]).xml();
    assert_eq!((sets.name.as_str(), sets.child("meta").number("total")), ("metadatasets", 1));
    let set = sets.child("metadataset").clone();
    let one = admin.administer("getmetadataset", &[("setId", set.field("id"))]).xml();
    assert_eq!(one.child("metadataset"), &set);
    set
}

/// The values of a set at a path, by attribute; `None` if the entry does not have the set.
fn values(caller: &mut Caller, path: &str, set: &str) -> Option<Vec<(String, String)>> {
    let root = caller.core("getmetadatavalues", &[("fullpath", path)]).xml();
    assert_eq!(root.name, "metadatavalues");
    let set = root.all("metadatasetvalue").find(|one| one.field("id") == set)?;
    let field = |number: i64, name: &str| set.field(&format!("attribute{number}_{name}")).to_owned();
    let total = set.number("attributes_total");
    Some((0..total).map(|number| (field(number, "name"), field(number, "value"))).collect())
}

fn value(caller: &mut Caller, path: &str, set: &str, name: &str) -> String {
    let values = values(caller, path, set).unwrap_or_else(|| panic!("{path} does not have {set}"));
    values.into_iter().find(|(one, _)| one == name).unwrap().1
}

/// The parameters that set one value.
fn saving<'a>(path: &'a str, set: &'a Element, number: usize, text: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("fullpath", path),
        ("setid", set.field("id")),
        ("attribute0_attributeid", set.field(&format!("attribute{number}_attributeid"))),
        ("attribute0_value", text),
        ("attributes_total", "1"),
    ]
}

fn names(caller: &mut Caller, operation: &str, path: &str) -> Vec<String> {
    let sets = caller.core(operation, &[("fullpath", path)]).xml();
    sets.all("metadataset").map(|set| set.field("name").to_owned()).collect()
}

#[test]
fn a_set_is_defined_given_to_a_file_and_its_values_are_read_and_written() {
    let (_server, mut admin, mut bob) = ground();
    let set = invoices(&mut admin, &[]);
    let id = set.field("id").to_owned();
    // The vendor's client needs this order and these forms: seven fields for each attribute, and
    // flags that are 1 or empty.
    let first: Vec<&str> = set.children.iter().map(|child| child.name.as_str()).take(14).collect();
    let head = ["id", "name", "description", "type", "disabled", "allowallpaths"];
    let attribute = ["attributeid", "name", "description", "type", "defaultvalue", "required", "disabled"];
    let expected: Vec<String> = head
        .map(str::to_owned)
        .into_iter()
        .chain(attribute.map(|name| format!("attribute0_{name}")))
        .chain(["attribute1_attributeid".to_owned()])
        .collect();
    assert_eq!(first, expected);
    assert_eq!((set.field("allowallpaths"), set.field("disabled")), ("1", ""));
    assert_eq!((set.field("attribute0_required"), set.field("attribute1_required")), ("1", ""));
    assert_eq!(set.field("attribute5_predefinedvalue1"), "closed");
    assert_eq!((set.number("groups_total"), set.field("group0_name")), (1, "EVERYONE"));

    assert_eq!(names(&mut bob, "getavailablemetadatasets", FILE), ["Invoices"]);
    assert_eq!(names(&mut bob, "getmetadatasetsforsearch", FILE), ["Default", "Invoices"]);
    assert_eq!(values(&mut bob, FILE, &id), None);
    let item = [("fullpath", FILE), ("setid", id.as_str())];
    bob.core("saveattributevalues", &saving(FILE, &set, 0, "Orchard")).refused();
    bob.core("addsettofileobject", &item).done();
    bob.core("addsettofileobject", &item).refused();
    assert_eq!(names(&mut bob, "getavailablemetadatasets", FILE), [""; 0]);
    let begun = values(&mut bob, FILE, &id).unwrap();
    let begun: Vec<&str> = begun.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(begun, ["", "7", "1.50", "false", "2024-12-31 00:00:00", "open", "a,b"]);

    for (number, text, kept) in [
        (0, " Orchard & <Sons> ", "Orchard & <Sons>"),
        (1, "-12", "-12"),
        (3, "1", "true"),
        (5, "closed", "closed"),
    ] {
        bob.core("saveattributevalues", &saving(FILE, &set, number, text)).done();
        assert_eq!(values(&mut bob, FILE, &id).unwrap()[number].1, kept);
    }
    for (number, text) in [(0, ""), (1, "x"), (2, "2,5"), (3, "maybe"), (4, "soon"), (5, "lost")] {
        bob.core("saveattributevalues", &saving(FILE, &set, number, text)).refused();
    }
    assert_eq!(value(&mut bob, FILE, &id, "State"), "closed", "a refused value changes nothing");
    bob.core("saveattributevalues", &saving(FILE, &set, 6, "")).done();
    assert_eq!(value(&mut bob, FILE, &id, "Words"), "");

    let row = admin.audit(&[("operation", "saveattributevalues")]);
    assert!(row[0].field("object").contains("attribute0_value="), "{:?}", row[0]);
    bob.core("removesetfromfileobject", &item).done();
    bob.core("removesetfromfileobject", &item).refused();
    assert_eq!(values(&mut bob, FILE, &id), None);
}

#[test]
fn values_belong_to_the_file_until_it_ends() {
    let (_server, mut admin, mut bob) = ground();
    let set = invoices(&mut admin, &[]);
    let id = set.field("id").to_owned();
    bob.core("addsettofileobject", &[("fullpath", FILE), ("setid", &id)]).done();
    bob.core("saveattributevalues", &saving(FILE, &set, 0, "Orchard")).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Paper")]).done();
    bob.core("renamefile", &[("path", "/bob"), ("name", "invoice.txt"), ("newname", "paid.txt")]).done();
    bob.core("renameormove", &[("fromname", "/bob/paid.txt"), ("toname", "/bob/Paper/paid.txt")]).done();
    let there = "/bob/Paper/paid.txt";
    assert_eq!(value(&mut bob, there, &id, "Vendor"), "Orchard");
    bob.upload("/bob/Paper", "paid.txt", b"4 apples").ok();
    assert_eq!(value(&mut bob, there, &id, "Vendor"), "Orchard", "it is the file's, not the content's");
    let copy = [("path", "/bob/Paper"), ("name", "paid.txt"), ("copyto", "/bob"), ("copytoname", "copy.txt")];
    bob.core("copyfile", &copy).done();
    assert_eq!(values(&mut bob, "/bob/copy.txt", &id), None, "a copy is a file of its own");
    bob.core("deletefile", &[("path", "/bob/Paper"), ("name", "paid.txt")]).done();
    assert_eq!(bob.core("getmetadatavalues", &[("fullpath", there)]).result(), 0);
    bob.upload("/bob/Paper", "paid.txt", b"another").ok();
    assert_eq!(values(&mut bob, there, &id), None, "another file of the same name");
    bob.core("deletefile", &[("path", "/bob/Paper"), ("name", "paid.txt")]).done();
    let binned = bob.list("/bob/recyclebin");
    let restored: Vec<String> = binned.iter().map(|entry| entry.field("path").to_owned()).collect();
    for path in &restored {
        bob.core("restorefromrecyclebin", &[("path", path)]);
    }
    let with_set = bob
        .list_names("/bob/Paper")
        .into_iter()
        .filter(|name| values(&mut bob, &format!("/bob/Paper/{name}"), &id).is_some())
        .count();
    assert_eq!(with_set, 1, "the one that had it has it again");
}

#[test]
fn only_those_who_are_named_see_and_change_values() {
    let (server, mut admin, mut bob) = ground();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Paper")]).done();
    let file = "/bob/Paper/invoice.txt";
    bob.upload("/bob/Paper", "invoice.txt", b"3 apples").ok();
    let nobody =
        [("groups_total", "0"), ("user0_name", "bob"), ("user0_write", "true"), ("users_total", "1")];
    let set = invoices(&mut admin, &nobody);
    let id = set.field("id").to_owned();
    bob.core("addsettofileobject", &[("fullpath", file), ("setid", &id)]).done();
    bob.core("saveattributevalues", &saving(file, &set, 0, "Orchard")).done();
    let mut bobby = server.user("bobby");
    assert_eq!(bobby.core("getmetadatavalues", &[("fullpath", file)]).result(), 0, "not his file");
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Paper")]).xml();
    let share = share.child("share").field("shareid").to_owned();
    bob.core("addusertoshare", &[("shareid", &share), ("userid", "bobby")]).done();
    let seen = "/SHARED/bob/Paper/invoice.txt";
    assert_eq!(values(&mut bobby, seen, &id), None, "the file, but not the set");
    assert_eq!(names(&mut bobby, "getmetadatasetsforsearch", seen), ["Default"]);
    let found = |caller: &mut Caller| {
        let search = [("searchstring", "orchard"), ("searchloc", "/"), ("inmetadata", "1")];
        caller.core("dosearch", &search).xml().child("meta").number("total")
    };
    assert_eq!((found(&mut bob), found(&mut bobby)), (1, 0));

    let change = |admin: &mut Caller, more: &[(&str, &str)]| {
        let head = [("id", id.as_str()), ("name", "Invoices"), ("allowallpaths", "true")];
        admin.administer("updatemetadataset", &[&head[..], more].concat())
    };
    let both =
        [("user0_name", "bob"), ("user0_read", "true"), ("user1_name", "bobby"), ("user1_read", "true")];
    change(&mut admin, &both).done();
    assert_eq!(value(&mut bobby, seen, &id, "Vendor"), "Orchard");
    assert_eq!((found(&mut bob), found(&mut bobby)), (1, 1));
    bobby.core("saveattributevalues", &saving(seen, &set, 0, "Bobby")).refused();
    bob.core("saveattributevalues", &saving(file, &set, 0, "Bob")).refused();
    // An account's own rights take precedence over those of its groups.
    let everyone = everyone(&mut admin);
    change(&mut admin, &[("group0_id", &everyone), ("group0_write", "true")]).done();
    bob.core("saveattributevalues", &saving(file, &set, 0, "Bob")).refused();
    change(&mut admin, &[("users_total", "0")]).done();
    bobby.core("saveattributevalues", &saving(seen, &set, 0, "Bobby")).refused();
    bob.core("saveattributevalues", &saving(file, &set, 0, "Bob")).done();
    bob.core("setuseraccessforshare", &[("shareid", &share), ("userid", "bobby"), ("write", "true")]).done();
    bobby.core("saveattributevalues", &saving(seen, &set, 0, "Bobby")).done();
    assert_eq!(value(&mut bob, file, &id, "Vendor"), "Bobby");

    change(&mut admin, &[("disabled", "true")]).done();
    assert_eq!(values(&mut bob, file, &id), None);
    bob.core("saveattributevalues", &saving(file, &set, 0, "Bob")).refused();
    assert_eq!(found(&mut bob), 0);
    change(&mut admin, &[]).done();
    assert_eq!(value(&mut bob, file, &id, "Vendor"), "Bobby", "the values were kept");
    bob.administer("addmetadataset", &[("name", "Mine")]).failed(401);
}

#[test]
fn a_set_can_be_for_some_folders_and_changes_without_losing_what_stays() {
    let (_server, mut admin, mut bob) = ground();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Paper")]).done();
    bob.upload("/bob/Paper", "a.txt", b"a").ok();
    let there = [("allowallpaths", "false"), ("path0", "/bob/Paper"), ("paths_total", "1")];
    let set = invoices(&mut admin, &there);
    let id = set.field("id").to_owned();
    assert_eq!((set.number("paths_total"), set.field("path0")), (1, "/bob/Paper"));
    bob.core("addsettofileobject", &[("fullpath", FILE), ("setid", &id)]).refused();
    bob.core("renamefile", &[("path", "/bob"), ("name", "Paper"), ("newname", "Papers")]).done();
    assert_eq!(
        defined(&mut admin, "Invoices").field("path0"),
        "/bob/Papers",
        "the folder is meant, not its name"
    );
    bob.core("addsettofileobject", &[("fullpath", "/bob/Papers/a.txt"), ("setid", &id)]).done();

    let amount = set.field("attribute2_attributeid").to_owned();
    let change = |admin: &mut Caller, kind: &str| {
        let fields = [
            ("id", id.as_str()),
            ("name", "Receipts"),
            ("attribute0_attributeid", amount.as_str()),
            ("attribute0_name", "Sum"),
            ("attribute0_type", kind),
            ("attribute1_name", "Note"),
            ("attribute1_type", "1"),
            ("attributes_total", "2"),
        ];
        admin.administer("updatemetadataset", &fields)
    };
    change(&mut admin, "1").refused();
    assert_eq!(
        defined(&mut admin, "Invoices").number("attributes_total"),
        7,
        "all of a change or none of it"
    );
    change(&mut admin, "3").done();
    let kept = values(&mut bob, "/bob/Papers/a.txt", &id).unwrap();
    assert_eq!(kept, [("Sum".to_owned(), "1.50".to_owned()), ("Note".to_owned(), String::new())]);

    for wrong in [
        &[("name", "")][..],
        &[("name", "Default")],
        &[("name", "x"), ("type", "2")],
        &[("name", "x"), ("attributes_total", "1")],
        &[("name", "x"), ("attribute0_name", "a"), ("attribute0_type", "9")],
        &[("name", "x"), ("attribute0_name", "a"), ("attribute0_type", "6")],
        &[
            ("name", "x"),
            ("attribute0_name", "a"),
            ("attribute0_type", "2"),
            ("attribute0_defaultvalue", "b"),
        ],
        &[("name", "x"), ("user0_name", "nobody"), ("user0_read", "true")],
        &[("name", "x"), ("path0", "/bob/nothing")],
    ] {
        admin.administer("addmetadataset", wrong).refused();
    }
    assert_eq!(admin.administer("getmetadatasetdefinitions", &[]).xml().child("meta").number("total"), 4);
    admin.administer("deletemetadataset", &[("setid", DEFAULT)]).refused();
    admin.administer("deletemetadataset", &[("setid", &id)]).done();
    let gone = admin.administer("getmetadataset", &[("setId", &id)]).xml();
    assert_eq!((gone.name.as_str(), gone.children.len()), ("metadatasets", 0));
    assert_eq!(values(&mut bob, "/bob/Papers/a.txt", &id), None);
}

#[test]
fn an_id_above_every_row_is_that_of_no_record() {
    let (_server, mut admin, mut bob) = ground();
    for id in ["000000008000000000000000", "5f3a9c0d1e2b4a6978c0ffee", "ffffffffffffffffffffffff"] {
        let none = admin.administer("getmetadataset", &[("setId", id)]).xml();
        assert_eq!((none.name.as_str(), none.children.len()), ("metadatasets", 0), "{id}");
        let device = ("remote_client_id", "tablet");
        let said = [
            admin.administer("deletemetadataset", &[("setid", id)]).refused(),
            admin.administer("deletegroup", &[("groupid", id)]).refused(),
            admin.administer("removepolicy", &[("policyid", id)]).refused(),
            admin.administer("deletemail", &[("id", id)]).refused(),
            admin.administer("removermccommand", &[("remote_command_record_id", id), device]).refused(),
            bob.core("addsettofileobject", &[("fullpath", FILE), ("setid", id)]).refused(),
            bob.core("removecommentforitem", &[("fullpath", FILE), ("id", id)]).refused(),
            bob.core("removefavoritelist", &[("id", id)]).refused(),
            bob.core("deleteshortcut", &[("rid", id)]).refused(),
            bob.core("endhold", &[("holdid", id)]).refused(),
        ];
        let wrong: Vec<_> = said.iter().filter(|said| said.contains("cannot be used")).collect();
        assert!(wrong.is_empty(), "{id}: {wrong:?}");
    }
    // A value of an attribute says what is wrong with it.
    let fields = [
        ("name", "Large"),
        ("attribute0_name", "Number"),
        ("attribute0_type", "2"),
        ("attribute0_defaultvalue", "9223372036854775808"),
    ];
    let said = admin.administer("addmetadataset", &fields).refused();
    assert!(said.contains("outside of -9223372036854775808 to 9223372036854775807"), "{said}");
}

#[test]
fn every_file_can_be_tagged_and_found_by_its_tags() {
    let (_server, mut admin, mut bob) = ground();
    let set = defined(&mut admin, "Default");
    assert_eq!(set.field("id"), DEFAULT);
    assert_eq!(value(&mut bob, FILE, DEFAULT, "Tags"), "");
    bob.core("saveattributevalues", &saving(FILE, &set, 0, "Garten, T\u{fc}r,")).done();
    assert_eq!(value(&mut bob, FILE, DEFAULT, "Tags"), "Garten,T\u{fc}r");
    let found = |bob: &mut Caller, text: &str, inmetadata: &str| {
        let fields = [("searchstring", text), ("searchloc", "/bob"), ("inmetadata", inmetadata)];
        let hits = bob.core("dosearch", &fields).xml();
        hits.all("entry").map(|entry| entry.field("path").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut bob, "tur", "1"), [FILE]);
    assert_eq!(found(&mut bob, "invoice garten", "1"), [FILE], "a word in the name and one in the tags");
    assert_eq!(found(&mut bob, "garten haus", "1"), [""; 0]);
    assert_eq!(found(&mut bob, "tur", "0"), [""; 0]);
    let defaults = bob.core("getdefaultmetadatavalues", &[("setid", DEFAULT)]).xml();
    assert_eq!(defaults.child("metadatasetvalue").number("settype"), 2);
    bob.core("removesetfromfileobject", &[("fullpath", FILE), ("setid", DEFAULT)]).refused();
    bob.core("saveattributevalues", &saving("/bob", &set, 0, "a")).refused();
    let json = bob.in_json().core("getmetadatavalues", &[("fullpath", FILE)]).json();
    assert_eq!(json["metadatasetvalue"][0]["attribute0_value"], "Garten,T\u{fc}r");
}

#[test]
fn files_are_found_by_who_modified_them_and_when() {
    let (_server, mut admin, mut bob) = ground();
    let found = |bob: &mut Caller, text: &str, inmetadata: &str| {
        let fields = [("searchstring", text), ("searchloc", "/bob"), ("inmetadata", inmetadata)];
        let hits = bob.core("dosearch", &fields).xml();
        hits.all("entry").map(|entry| entry.field("path").to_owned()).collect::<Vec<_>>()
    };
    assert!(found(&mut bob, "bob", "1").contains(&FILE.to_owned()), "bob has modified it");
    assert_eq!(found(&mut bob, "bob invoice", "1"), [FILE]);
    assert_eq!(found(&mut bob, "bob invoice", "0"), [""; 0]);
    assert_eq!(found(&mut bob, "bobby invoice", "1"), [""; 0], "a person who has not modified it");
    assert_eq!(found(&mut bob, "bo invoice", "1"), [""; 0], "a part of a person's name");
    let modified = value(&mut bob, FILE, LIFE_CYCLE, "Modified");
    for date in [&modified[..10], &modified[..7]] {
        assert_eq!(found(&mut bob, &format!("{date} invoice"), "1"), [FILE], "{date}");
        assert_eq!(found(&mut bob, &format!("{date} invoice"), "0"), [""; 0], "{date}");
    }
    for other in ["1999-12-31 invoice", "1999-12 invoice", "2024-13 invoice"] {
        assert_eq!(found(&mut bob, other, "1"), [""; 0], "{other}");
    }
    // Who may not see the set does not find by it.
    let fields = [
        ("id", LIFE_CYCLE),
        ("name", "Document Life Cycle"),
        ("disabled", "false"),
        ("groups_total", "0"),
        ("users_total", "1"),
        ("user0_name", "bobby"),
        ("user0_read", "true"),
        ("attributes_total", "0"),
    ];
    admin.administer("updatemetadataset", &fields).done();
    assert_eq!(found(&mut bob, "bob invoice", "1"), [""; 0]);
    assert_eq!(found(&mut bob, "invoice", "1"), [FILE]);
}

/// FileCloud's clients know what has happened to an entry by this id.
const LIFE_CYCLE: &str = "55557777bbbbccccddddaaac";

#[test]
fn the_server_knows_the_life_cycle_of_every_entry_and_nobody_changes_it() {
    let (_server, mut admin, mut bob) = ground();
    let cycle = |bob: &mut Caller, name: &str| value(bob, FILE, LIFE_CYCLE, name);
    assert_eq!(cycle(&mut bob, "Modified by"), "bob");
    assert_eq!(cycle(&mut bob, "Checked"), "");
    let created = cycle(&mut bob, "Created");
    assert_eq!((created.len(), created.starts_with("20")), (19, true), "{created}");
    bob.upload("/bob", "invoice.txt", b"4 apples").ok();
    assert_eq!(cycle(&mut bob, "Created"), created, "as far back as its versions");
    assert_eq!(value(&mut bob, "/bob", LIFE_CYCLE, "Modified by"), "", "a folder is nobody's work");
    // A check reads contents that are older than itself, to the second.
    let since = std::time::Duration::from_secs(30);
    wait_until("a check has read it", since, || {
        let _ = admin.administer("startcheck", &[("deep", "1")]);
        !cycle(&mut bob, "Checked").is_empty()
    });

    let set = defined(&mut admin, "Document Life Cycle");
    assert_eq!((set.field("id"), set.field("type"), set.field("attributes_total")), (LIFE_CYCLE, "1", "4"));
    let message = bob.core("saveattributevalues", &saving(FILE, &set, 2, "eve")).refused();
    assert!(message.contains("not change its values"), "{message}");
    let one = [("fullpath", FILE), ("setid", LIFE_CYCLE)];
    bob.core("addsettofileobject", &one).refused();
    bob.core("removesetfromfileobject", &one).refused();
    let by_admin = [&one[..], &[("adminproxyuserid", "bob")]].concat();
    admin.core("removesetfromfileobject", &by_admin).refused();
    for operation in ["getavailablemetadatasets", "getmetadatasetsforsearch"] {
        assert!(!names(&mut bob, operation, FILE).contains(&"Document Life Cycle".to_owned()), "{operation}");
    }

    admin.administer("deletemetadataset", &[("setid", LIFE_CYCLE)]).refused();
    let change = |admin: &mut Caller, disabled: &str| {
        let fields = [
            ("id", LIFE_CYCLE),
            ("name", "Something else"),
            ("disabled", disabled),
            ("user0_name", "bob"),
            ("user0_read", "true"),
            ("user0_write", "true"),
            ("attributes_total", "0"),
        ];
        admin.administer("updatemetadataset", &fields).done();
    };
    change(&mut admin, "true");
    assert_eq!(values(&mut bob, FILE, LIFE_CYCLE), None);
    change(&mut admin, "false");
    assert_eq!(cycle(&mut bob, "Modified by"), "bob");
    bob.core("saveattributevalues", &saving(FILE, &set, 2, "eve")).refused();
    let set = defined(&mut admin, "Document Life Cycle");
    assert_eq!((set.field("attributes_total"), set.field("user0_write")), ("4", ""), "the rest stays");
}
