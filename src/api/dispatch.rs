//! The way of one call: routed, read, admitted, run, audited, answered.

use super::authenticate::{self, Caller, Guest};
use super::body_kind::{BodyKind, body_kind};
use super::call_context::{CallContext, Reached};
use super::document::description;
use super::encode::{self, Format};
use super::failure;
use super::file_part::{Arriving, FilePart, read_fields};
use super::object::{Object, object};
use super::op::{Effect, Operation, Run, Who};
use super::reply::{self, Answer};
use super::route::{self, Route};
use super::{catalogue, csrf, table, user};
use crate::base::language::Language;
use crate::base::permits;
use crate::base::shown_path::ShownPath;
use crate::domain::accounts::sessions::Side;
use crate::domain::{BegunRow, Call, Cloud};
use crate::error::{Code, Error, Result};
use crate::http::{AtOnce, Body, Form, Method, Multipart, Request, Response, Status};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The address at which programs look for a description. An operation sends it too.
const DESCRIPTION_PATH: &str = "/openapi.json";

/// The beginning of paths at which entries are seen but do not lie.
const SEEN_ELSEWHERE: &str = "/SHARED/";

/// The API over HTTP.
pub struct Api {
    cloud: Arc<Cloud>,
}

/// The notes of a running call about itself. They are for the thread that may give the call up.
struct Running {
    operation: &'static Operation,
    format: Format,
    row: BegunRow,
}

/// The operation that a request names.
enum Named {
    Offered(&'static Operation),
    /// FileCloud has it, but this server does not.
    NotOffered,
    Unknown,
}

impl Api {
    pub fn new(cloud: Arc<Cloud>) -> Api {
        Api { cloud }
    }

    /// True if a path (percent-encoded, without query) belongs to the API.
    pub fn owns(path: &str) -> bool {
        route_of(path).is_some()
    }

    /// True if a path is that of an operation that helps to trust the server's certificate.
    pub fn is_before_trust(path: &str) -> bool {
        path.strip_prefix("/core/").is_some_and(|name| user::certificate::BEFORE_TRUST.contains(&name))
    }

    /// The description at its own address; `None` for other requests.
    pub fn description(&self, request: &Request) -> Option<Response> {
        Api::is_description(request).then(|| encode::prepared(description(&self.cloud.view())))
    }

    fn is_description(request: &Request) -> bool {
        request.path() == DESCRIPTION_PATH && matches!(request.method(), Method::Get | Method::Head)
    }

    /// Answers a call that needs no waiting, or sends it to a worker. Runs on the poller's thread.
    pub fn answer_at_once(&self, request: &Request, body: &[u8]) -> AtOnce {
        let unknown = AtOnce::Worker { is_known: None };
        let Some((operation, form)) = quick_operation(request, body) else { return unknown };
        let Ok(Some(guest)) = authenticate::guest(&self.cloud.view(), request, true) else { return unknown };
        // None of these operations receives uploads, so no visitor is known by a link.
        let is_known = Some(guest.is_signed_in());
        let response = self.answer_guest_at_once(request, operation, guest, &form);
        match response {
            Some(response) => AtOnce::Answer { response, is_known },
            None => AtOnce::Worker { is_known },
        }
    }

    /// The answer to the call of a guest, if that needs no waiting.
    fn answer_guest_at_once(
        &self,
        request: &Request,
        operation: &'static Operation,
        guest: Guest,
        form: &Form,
    ) -> Option<Response> {
        let view = self.cloud.view();
        let may_be_visitor = operation.who == Who::Visitor && !guest.is_signed_in();
        if may_be_visitor && !view.knows_grants() {
            return None;
        }
        let object = Object::of(operation.fields, form);
        let call = self.begin(operation.name, &guest, object.text());
        let mut context = CallContext::new(call, form, request, None);
        let (result, caller) = match authenticate::admit(&view, guest, operation.entrance(), form) {
            Ok(caller) => (answer(&mut context, operation, &caller)?, Some(caller)),
            // The same code runs for all refused visitors, so that its time does not reveal the
            // reason.
            Err(_) if may_be_visitor => return None,
            Err(error) => (Err(error), None),
        };
        let (mut call, reached) = context.into_call();
        if let Some(caller) = &caller {
            call.is_by(caller.name());
            self.say_where(&mut call, &object, caller, reached);
            caller.sessions().for_each(|session| self.cloud.used(session));
        }
        let is_public = caller.as_ref().is_some_and(Caller::is_visitor);
        let response = call.end_at_once(&result).then(|| respond(format_of(request), operation, result))?;
        Some(if is_public { encode::for_visitor(response) } else { response })
    }

    /// True if a request comes with a session; `None` if that has to be read from the database
    /// first. Runs on the poller's thread.
    pub fn knows_at_once(&self, request: &Request) -> Option<bool> {
        self.is_known(request, true)
    }

    /// True if a request comes with a session.
    pub fn knows(&self, request: &Request) -> bool {
        self.is_known(request, false).unwrap_or(false)
    }

    /// True if a worker may wait for the body: the sender is signed in, or uploads by a link.
    fn is_known(&self, request: &Request, at_once: bool) -> Option<bool> {
        let view = self.cloud.view();
        let known = authenticate::guest(&view, request, at_once).and_then(|guest| {
            let Some(guest) = guest else { return Ok(None) };
            if guest.is_signed_in() {
                return Ok(Some(true));
            }
            let form = Form::from_query(request.query());
            match route_of(request.path()).and_then(|route| table::find(route.side, &named(&route, &form))) {
                Some(operation) => {
                    authenticate::is_invited(&view, &guest, operation.entrance(), &form, at_once)
                }
                None => Ok(Some(false)),
            }
        });
        known.unwrap_or_else(|error| {
            log::warn!("a session cannot be looked up: {error}");
            None
        })
    }

    /// True if the body of a call without a session has to be read, because its head does not
    /// suffice to refuse it.
    pub fn needs_body(&self, request: &Request) -> bool {
        let Some(route) = route_of(request.path()) else { return false };
        let operation = table::find(route.side, &named(&route, &Form::from_query(request.query())));
        let is_read = |operation: &Operation| match operation.who {
            Who::Anyone => true,
            // Uploads by links that work are not handled as those of strangers.
            Who::Visitor => operation.effect != Effect::Upload,
            Who::User | Who::Proxy | Who::Admin => false,
        };
        is_get_or_post(request.method()) && operation.is_none_or(is_read)
    }

    /// Runs a call on a worker.
    pub fn call(&self, request: &Request, body: &mut Body<'_>) -> Response {
        let Some(route) = route_of(request.path()) else { return Response::empty(Status::NotFound) };
        self.run(request, &route, format_of(request), body)
    }

    /// The answer to a call whose operation panicked.
    pub fn panicked(&self, request: &Request) -> Response {
        let route = route_of(request.path());
        let name =
            route.as_ref().map(|route| named(route, &Form::from_query(request.query()))).unwrap_or_default();
        let error = Error::internal("the operation panicked");
        self.begin(name.clone(), &Guest::without_session(request), String::new()).fail(&error);
        let side = route.map_or(Side::User, |route| route.side);
        failure::answer(format_of(request), side, &name, Status::InternalServerError, &error)
    }

    /// The answer to a call that waits for a disk, with a row in the audit log. The end of the call
    /// gets another row.
    pub fn gave_up(
        &self,
        request: &Request,
        error: &Error,
        note: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Response {
        if let Some(running) = note.as_ref().and_then(|note| note.downcast_ref::<Running>()) {
            let Running { operation, format, row } = running;
            if !self.cloud.note(row.clone().failed(error)) {
                log::warn!(
                    "{}: the audit log lacks a row, because too many rows are waiting: {error}",
                    operation.name
                );
            }
            return respond(*format, operation, Err(error.clone()));
        }
        let route = route_of(request.path());
        let name =
            route.as_ref().map(|route| named(route, &Form::from_query(request.query()))).unwrap_or_default();
        self.begin(name.clone(), &Guest::without_session(request), String::new())
            .end_at_once(&Err::<(), _>(error.clone()));
        let side = route.map_or(Side::User, |route| route.side);
        failure::answer(format_of(request), side, &name, Status::ServiceUnavailable, error)
    }

    fn run(&self, request: &Request, route: &Route, format: Format, body: &mut Body<'_>) -> Response {
        let mut form = form_of(request, route);
        let known_name = named(route, &form);
        let guest = match authenticate::guest(&self.cloud.view(), request, false) {
            Ok(guest) => guest.unwrap_or_else(|| Guest::without_session(request)),
            Err(error) => {
                let call = self.begin(known_name.clone(), &Guest::without_session(request), String::new());
                return failed(format, (route.side, &known_name), Status::ServiceUnavailable, call, &error);
            }
        };
        if !is_get_or_post(request.method()) {
            return self.wrong_method(format, &guest, (route.side, known_name));
        }
        let operation = table::find(route.side, &known_name);
        if let Some((operation, Err(error))) = operation
            .map(|operation| (operation, authenticate::check_session(&guest, operation.entrance(), &form)))
        {
            let call = self.begin(operation.name, &guest, object(operation.fields, &form));
            return refused(format, operation, call, error);
        }
        let file = match read_call(request, body, &mut form, guest.form_bytes_max(), operation) {
            Ok(file) => file,
            Err(error) => return self.unread(format, &guest, (route.side, named(route, &form)), &error),
        };
        let name = named(route, &form);
        match find(route, &name) {
            Named::Offered(operation) => {
                self.run_operation(request, operation, format, guest, &mut form, file)
            }
            Named::NotOffered => {
                let error = Error::new(Code::NotOffered, format!("The operation {name} is not offered."));
                failed(
                    format,
                    (route.side, &name),
                    Status::Ok,
                    self.begin(name.clone(), &guest, String::new()),
                    &error,
                )
            }
            Named::Unknown => {
                let sentence = if name.is_empty() {
                    "The call names no operation.".into()
                } else {
                    format!("There is no operation {name}.")
                };
                self.begin(name.clone(), &guest, String::new()).end_as_unknown(sentence.clone());
                failure::answer(
                    format,
                    route.side,
                    &name,
                    Status::Ok,
                    &Error::new(Code::NotOffered, sentence),
                )
            }
        }
    }

    fn run_operation<'a>(
        &'a self,
        request: &'a Request,
        operation: &'static Operation,
        format: Format,
        guest: Guest,
        form: &'a mut Form,
        file: Option<Arriving<'a>>,
    ) -> Response {
        let mut object = Object::of(operation.fields, form);
        let mut call = self.begin(operation.name, &guest, object.text());
        let file = match self.file(request, operation, &guest, form, file) {
            Ok(file) => file,
            Err(error) => return refused(format, operation, call, error),
        };
        let form: &Form = form;
        if matches!(file, Some(FilePart::Staged(_))) {
            // Parameters may have come after the file.
            object = Object::of(operation.fields, form);
            call.is_about(object.text());
        }
        let caller = match authenticate::admit(&self.cloud.view(), guest, operation.entrance(), form) {
            Ok(caller) => caller,
            Err(error) => return refused(format, operation, call, error),
        };
        call.is_by(caller.name());
        self.say_where(&mut call, &object, &caller, None);
        if let Err(error) = csrf::check(request, operation, &caller) {
            return refused(format, operation, call, error);
        }
        caller.sessions().for_each(|session| self.cloud.used(session));
        let response = self.run_admitted(request, operation, (format, form), call, &caller, file);
        let is_public = caller.is_visitor() || operation.area == user::public_share::AREA;
        if is_public { encode::for_visitor(response) } else { response }
    }

    fn run_admitted<'a>(
        &'a self,
        request: &'a Request,
        operation: &'static Operation,
        (format, form): (Format, &'a Form),
        mut call: Call<'a>,
        caller: &Caller,
        file: Option<FilePart<'a>>,
    ) -> Response {
        permits::note(|| Arc::new(Running { operation, format, row: call.row() }));
        match operation.run {
            Run::Read(run) => {
                let result = run(&self.cloud.view(), caller, form);
                call.end(&result);
                respond(format, operation, result)
            }
            Run::Write(run) => {
                let result = run(caller, form).and_then(|job| call.commit(job));
                call.end(&result);
                respond(format, operation, result)
            }
            Run::Slow(run) => {
                let mut context = CallContext::new(call, form, request, file);
                let result = run(&mut context, caller, form);
                self.cloud.end_disk_work(context.call, &result);
                respond(format, operation, result)
            }
        }
    }

    /// Adds the real paths of a call to its audit row, if the caller sees other paths or names a
    /// share. The ways of the caller are found unless the call has done so.
    fn say_where(&self, call: &mut Call<'_>, object: &Object, caller: &Caller, reached: Option<Reached>) {
        if object.share().is_none() && !call.about().contains(SEEN_ELSEWHERE) {
            return;
        }
        let Ok(user) = caller.user() else { return };
        let view = self.cloud.view();
        let shared = object.share().map_or(Ok(None), |id| view.place_of_share(id));
        // The log also says where a path by a link leads in a call that reaches nothing by links.
        let reached = reached.map_or_else(|| view.ways(&user.by_links()).map(Reached::nothing), Ok);
        match shared.and_then(|shared| reached.map(|reached| (shared, reached))) {
            Ok((shared, reached)) => {
                let place = |shown: &ShownPath| reached.place_text(shown);
                call.is_about(object.with_places(place, shared.as_deref()));
            }
            Err(error) => log::warn!("the audit log lacks the real paths of a call: {error}"),
        }
    }

    /// Begins the call of a guest.
    fn begin(&self, name: impl Into<Cow<'static, str>>, guest: &Guest, object: String) -> Call<'_> {
        Call::begin(&self.cloud, guest.name(), (guest.address, &guest.agent), name, object)
    }

    fn wrong_method(&self, format: Format, guest: &Guest, (side, name): (Side, String)) -> Response {
        let error = Error::new(Code::Invalid, "A call must come by GET or POST.");
        let call = self.begin(name.clone(), guest, String::new());
        failed(format, (side, &name), Status::MethodNotAllowed, call, &error)
            .header("Allow", "GET, HEAD, POST")
    }

    /// Answers a call whose parameters cannot be read.
    fn unread(&self, format: Format, guest: &Guest, (side, name): (Side, String), error: &Error) -> Response {
        let status = match error.code {
            Code::TooLarge => Status::ContentTooLarge,
            Code::Unsupported => Status::UnsupportedMediaType,
            _ => Status::BadRequest,
        };
        failed(format, (side, &name), status, self.begin(name.clone(), guest, String::new()), error).close()
    }
}

impl Api {
    /// The file of a call. If the fields before it do not tell where it goes, it is staged, and the
    /// form is complete afterwards. Nothing is staged for guests who may not call the operation.
    fn file<'a>(
        &'a self,
        request: &Request,
        operation: &Operation,
        guest: &Guest,
        form: &mut Form,
        file: Option<Arriving<'a>>,
    ) -> Result<Option<FilePart<'a>>> {
        let Some(file) = file.filter(|_| operation.effect == Effect::Upload) else { return Ok(None) };
        // Only this operation puts its file into a folder.
        if operation.name != "upload" || file.is_placed(form) {
            return Ok(Some(FilePart::Arriving(Box::new(file))));
        }
        let caller =
            authenticate::admit_for_now(&self.cloud.view(), guest.clone(), operation.entrance(), form)?;
        csrf::check(request, operation, &caller)?;
        file.stage(&self.cloud, caller.user()?, form).map(|staged| Some(FilePart::Staged(Box::new(staged))))
    }
}

/// The operation of a call that may be answered without waiting, and its parameters.
fn quick_operation(request: &Request, body: &[u8]) -> Option<(&'static Operation, Form)> {
    let route = route_of(request.path())?;
    let mut form = form_of(request, &route);
    let operation = table::find(route.side, &named(&route, &form))?;
    let is_quick = operation.effect == Effect::Immediate || operation.at_once.is_some();
    let is_form = body.is_empty() || body_kind(request) == BodyKind::Form;
    if !is_quick || !is_form || !is_get_or_post(request.method()) {
        return None;
    }
    form.add_urlencoded(body);
    Some((operation, form))
}

/// The answer of an operation that needs no waiting; `None` if it would wait.
fn answer(context: &mut CallContext<'_>, operation: &Operation, caller: &Caller) -> Option<Result<Answer>> {
    match (operation.at_once, operation.run) {
        (Some(at_once), _) => at_once(context, caller).map(Ok),
        (None, Run::Read(run)) => Some(run(&context.view(), caller, context.form())),
        (None, _) => None,
    }
}

/// Reads the parameters of a call: up to its file, or all of them if the operation takes no file.
/// Another body than a form is refused, because it would look like a call without parameters. For
/// operations that are not offered it may be anything.
fn read_call<'a>(
    request: &Request,
    body: &'a mut Body<'_>,
    form: &mut Form,
    bytes_max: usize,
    operation: Option<&Operation>,
) -> Result<Option<Arriving<'a>>> {
    let bytes_announced = body.known_length();
    if operation.is_some() && !body.is_empty() && body_kind(request) == BodyKind::Other {
        let sentence =
            "The body of the call is not a form (application/x-www-form-urlencoded or multipart/form-data).";
        return Err(Error::new(Code::Unsupported, sentence));
    }
    let Some(mut multipart) = read_body(request, body, form, bytes_max)? else { return Ok(None) };
    let takes_file = operation.is_none_or(|operation| operation.effect == Effect::Upload);
    let head = read_fields(&mut multipart, form, bytes_max, !takes_file)?;
    Ok(head.map(|head| Arriving::new(multipart, head, bytes_announced, bytes_max)))
}

/// Reads the parameters of a body. A multipart body is returned unread.
fn read_body<'a>(
    request: &Request,
    body: &'a mut Body<'_>,
    form: &mut Form,
    bytes_max: usize,
) -> Result<Option<Multipart<'a>>> {
    if body.is_empty() {
        return Ok(None);
    }
    if let Some(boundary) = Multipart::boundary_of(request.header("content-type").unwrap_or("")) {
        return Ok(Some(Multipart::new(&boundary?, body)));
    }
    if body_kind(request) == BodyKind::Form {
        form.add_urlencoded(&body.read_to_vec(bytes_max as u64)?);
    }
    Ok(None)
}

fn refused(format: Format, operation: &Operation, call: Call<'_>, error: Error) -> Response {
    call.fail(&error);
    respond(format, operation, Err(error))
}

fn failed(
    format: Format,
    (side, name): (Side, &str),
    status: Status,
    call: Call<'_>,
    error: &Error,
) -> Response {
    call.fail(error);
    failure::answer(format, side, name, status, error)
}

fn respond(format: Format, operation: &Operation, result: Result<Answer>) -> Response {
    match result {
        Ok(reply) => {
            let response = encode::response(format, operation.name, reply);
            if !matches!(operation.answers, reply::Form::Bytes(_)) {
                return response;
            }
            let (side, name) = (operation.side, operation.name);
            response.unsatisfiable(move || {
                let sentence = "The file has no bytes in the requested range.";
                let error = Error::new(Code::Invalid, sentence);
                failure::answer(format, side, name, Status::RangeNotSatisfiable, &error)
            })
        }
        Err(error) => {
            if let Some(cause) = &error.cause {
                log::warn!("{}: {} ({cause})", operation.name, error.message);
            }
            failure::answer(
                format,
                operation.side,
                operation.name,
                failure::status(&error, operation),
                &error,
            )
        }
    }
}

fn route_of(path: &str) -> Option<Route> {
    route::decoded(path).as_deref().map(Cow::from).and_then(|path| route::of(&path))
}

/// The parameters in the address.
fn form_of(request: &Request, route: &Route) -> Form {
    let mut form = Form::from_query(request.query());
    if let Some((name, value)) = &route.parameter {
        form.set(name, value);
    }
    form
}

/// The operation's name, from the path or otherwise from the parameter `op`; empty if the call
/// names none.
fn named(route: &Route, form: &Form) -> String {
    route.name.clone().or_else(|| form.get("op").and_then(route::name)).unwrap_or_default()
}

fn find(route: &Route, name: &str) -> Named {
    match table::find(route.side, name) {
        Some(operation) => Named::Offered(operation),
        None if catalogue::knows(route.side, name) => Named::NotOffered,
        None => Named::Unknown,
    }
}

fn is_get_or_post(method: &Method) -> bool {
    matches!(method, Method::Get | Method::Head | Method::Post)
}

/// Only clients that ask for JSON and nothing else get it. Some libraries name JSON among other
/// types by themselves (`application/json, text/plain, */*`), and the programs that use them read
/// XML. A browser that opens an address gets a page.
fn format_of(request: &Request) -> Format {
    let mut accepted = request.lines("accept").flat_map(|line| line.split(',')).peekable();
    let is_json = |range: &str| {
        let media = range.split(';').next().unwrap_or("");
        media.trim().eq_ignore_ascii_case("application/json")
    };
    if accepted.peek().is_some() && accepted.all(is_json) {
        return Format::Json;
    }
    match csrf::is_navigation(request) {
        true => Format::Page(Language::preferred(request.lines("accept-language"))),
        false => Format::Xml,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tests::TestCloud;
    use std::net::Ipv4Addr;

    #[test]
    fn every_operation_that_panics_is_answered_as_described() {
        let (cloud, _user, _directory) = TestCloud::new().shared();
        let api = Api::new(cloud);
        for operation in table::all() {
            let door = if operation.side == Side::Admin { "admin" } else { "core" };
            let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
            let head = format!("POST /{door}/{} HTTP/1.1\r\nHost: x\r\n\r\n", operation.name);
            request.fill(head.as_bytes()).unwrap();
            let answer = api.panicked(&request).into_bytes(&request);
            let answer = String::from_utf8(answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
            assert!(answer.contains("\r\nX-Cloudlet-Error: internal\r\n"), "{answer}");
            let kind = match failure::envelope(operation.side, operation.name) {
                failure::Envelope::Sentence => "text/plain",
                _ => "text/xml",
            };
            assert!(answer.contains(&format!("\r\nContent-Type: {kind}")), "{answer}");
        }
    }
}
