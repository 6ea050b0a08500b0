use super::*;
use std::any::Any;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A disk that hangs until the sender is dropped.
fn hung_disk(name: &str) -> (Arc<Permits>, Sender<()>) {
    let (wakes, hangs) = channel();
    let hangs = Mutex::new(hangs);
    let ask = move || assert!(hangs.lock().unwrap().recv().is_err());
    (Permits::new(name.into(), ask), wakes)
}

/// Enters a disk and hangs in a system call there until the sender is dropped.
fn hang(permits: &Arc<Permits>, held: Option<Arc<dyn Held>>) -> (Sender<()>, Receiver<Result<bool>>) {
    let (wakes, hangs) = channel::<()>();
    let (told, ended) = channel();
    let permits = Arc::clone(permits);
    thread::spawn(move || {
        let _unit = begin(held);
        let entered = permits.enter();
        if entered.is_ok() {
            on_disk(|| hangs.recv().unwrap_err());
        }
        drop(told.send(entered.map(|()| is_given_up())));
    });
    (wakes, ended)
}

fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !is_so() {
        assert!(Instant::now() < deadline, "it never becomes so");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_thread_takes_one_permit_for_its_unit_and_gives_it_back() {
    let permits = Permits::new("one".into(), || ());
    let inside = || permits.state.lock().inside.len();
    permits.enter().unwrap();
    assert_eq!(inside(), 0, "without a unit");
    let unit = begin(None);
    for _ in 0..3 {
        permits.enter().unwrap();
        assert_eq!(inside(), 1);
    }
    away(|| assert_eq!(inside(), 0, "while it waits for a peer"));
    assert_eq!(on_disk(inside), Some(1), "in the next system call");
    away(|| ());
    permits.enter().unwrap();
    assert_eq!(inside(), 1, "it comes back by entering");
    let kept = left();
    drop(unit);
    assert_eq!(inside(), 0);
    let unit = begin(None);
    adopt(kept);
    assert_eq!(on_disk(inside), Some(1), "in a unit that goes on");
    drop(unit);
    assert_eq!(inside(), 0);
}

#[test]
fn who_finds_no_permit_is_told_so_and_other_disks_are_free() {
    let (full, _wakes) = hung_disk("full");
    let held: Vec<_> = (0..DISK_PERMITS).map(|_| hang(&full, None)).collect();
    wait_until(|| full.state.lock().inside.len() == DISK_PERMITS);
    let _unit = begin(None);
    let error = full.enter().unwrap_err();
    let is_waking = error.message.contains("is waking up");
    let reason = if is_waking { Reason::DiskWaking } else { Reason::DiskBusy };
    assert_eq!((error.code, error.reason.clone()), (Code::Busy, Some(reason)), "{}", error.message);
    assert!(error.message.contains("full"), "{}", error.message);
    Permits::new("other".into(), || ()).enter().unwrap();
    drop(held);
    wait_until(|| full.enter().is_ok());
}

#[test]
fn a_local_disk_has_many_permits_until_it_is_slow() {
    let (disk, wakes) = hung_disk("local");
    disk.set_local(true);
    let held: Vec<_> = (0..=DISK_PERMITS).map(|_| hang(&disk, None)).collect();
    wait_until(|| disk.state.lock().inside.len() > DISK_PERMITS);
    wait_until(|| matches!(disk.answers(), Answers::Waking(_)));
    let _unit = begin(None);
    let error = disk.enter().unwrap_err();
    assert_eq!(
        (error.code, error.reason.clone()),
        (Code::Busy, Some(Reason::DiskWaking)),
        "{}",
        error.message
    );
    drop(wakes);
    wait_until(|| disk.answers() == Answers::Promptly);
    drop(held);
    wait_until(|| disk.enter().is_ok());
}

/// Counts how often a unit was reported as held up, and how often it was given up.
#[derive(Default)]
struct Told(Mutex<(u32, Vec<Error>)>);

impl Held for Told {
    fn is_held(&self) {
        self.0.lock().unwrap().0 += 1;
    }

    fn give_up(&self, error: &Error, _note: Option<Arc<dyn Any + Send + Sync>>) -> bool {
        self.0.lock().unwrap().1.push(error.clone());
        true
    }
}

#[test]
fn a_silent_disk_is_entered_by_nobody_until_it_answers() {
    let (disk, wakes) = hung_disk("silent");
    let told = Arc::new(Told::default());
    let (call_wakes, ended) = hang(&disk, Some(Arc::clone(&told) as Arc<dyn Held>));
    wait_until(|| matches!(disk.answers(), Answers::Silent(_)));
    wait_until(|| !told.0.lock().unwrap().1.is_empty());
    let (held, given_up) = std::mem::take(&mut *told.0.lock().unwrap());
    assert_eq!((held, given_up.len()), (1, 1));
    assert_eq!(given_up[0].code, Code::Offline);
    {
        let _unit = begin(None);
        let error = disk.enter().unwrap_err();
        assert_eq!((error.code, error.reason.clone()), (Code::Offline, Some(Reason::DiskSilent)));
        assert!(error.message.contains("silent has not answered since"), "{}", error.message);
    }
    assert_eq!(disk.enter().unwrap_err().code, Code::Offline, "without a unit");
    assert_eq!(disk.state.lock().inside.len(), 1, "its permit is taken until the call returns");
    drop(wakes);
    wait_until(|| disk.answers() == Answers::Promptly);
    disk.enter().unwrap();
    drop(call_wakes);
    assert!(ended.recv().unwrap().unwrap(), "the call knows that nobody waits for it");
    wait_until(|| disk.state.lock().inside.is_empty());
}

/// Work in the background.
struct GivesWay;

impl Held for GivesWay {
    fn is_held(&self) {}

    fn give_up(&self, _error: &Error, _note: Option<Arc<dyn Any + Send + Sync>>) -> bool {
        true
    }

    fn gives_way(&self) -> bool {
        true
    }
}

#[test]
fn a_disk_that_holds_work_in_the_background_up_is_left_alone_by_such_work_alone() {
    let (disk, wakes) = hung_disk("background");
    let other = Permits::new("beside".into(), || ());
    let (call_wakes, ended) = hang(&disk, Some(Arc::new(GivesWay)));
    wait_until(|| !disk.state.lock().given_way.is_empty());
    let background = || begin(Some(Arc::new(GivesWay)));
    {
        let _unit = background();
        assert_eq!(disk.enter().unwrap_err().code, Code::Offline);
        other.enter().unwrap();
    }
    drop(wakes);
    wait_until(|| disk.answers() == Answers::Promptly);
    {
        let _unit = background();
        let error = disk.enter().unwrap_err();
        assert!(error.message.contains("earlier work in the background"), "{}", error.message);
        other.enter().unwrap();
    }
    {
        let _unit = begin(None);
        disk.enter().expect("calls are let in");
    }
    drop(call_wakes);
    assert!(ended.recv().unwrap().unwrap());
    wait_until(|| disk.state.lock().given_way.is_empty());
    let _unit = background();
    disk.enter().expect("it has left");
}

#[test]
fn work_without_the_disk_is_not_taken_for_silence() {
    let disk = Permits::new("busy".into(), || ());
    let told = Arc::new(Told::default());
    let (wakes, ended) = hang(&disk, Some(Arc::clone(&told) as Arc<dyn Held>));
    wait_until(|| told.0.lock().unwrap().0 == 1);
    // The disk was asked and has answered.
    wait_until(|| disk.state.lock().last_answer.is_some());
    thread::sleep(DISK_PERMIT_WAIT_TIME);
    assert_eq!(disk.answers(), Answers::Promptly);
    assert!(told.0.lock().unwrap().1.is_empty());
    drop(wakes);
    assert!(!ended.recv().unwrap().unwrap());
}
