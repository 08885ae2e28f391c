//! Optional authentication: a request without any credentials is accepted, any other is checked as always.

use http::request::Parts;

use super::check::Guard;
use crate::access::Access;
use crate::credentials;
use crate::observe::RequestLog;
use crate::proof::has_proof;
use crate::rejection::Rejection;
use crate::response::{Anonymous, OptionalAdmission};

impl Guard {
    /// Authenticates a request head like [`Guard::check`]. If
    /// [`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests) is configured, a request without any
    /// credentials is accepted too; without that setting it is refused, as by [`Guard::check`]. Writes one log event.
    ///
    /// Without any credentials means: no `Authorization` header, no `DPoP` header, and with
    /// [`refuse_query_tokens`](crate::GuardBuilder::refuse_query_tokens) no `access_token` in the query. A client
    /// certificate alone is no credential: it is read, so that a malformed or untrusted one is refused, and removed.
    ///
    /// ```
    /// # use http::Response;
    /// # async fn example(guard: sender_constraint::Guard) -> Result<(), Box<dyn std::error::Error>> {
    /// let (mut head, ()) = http::Request::get("/articles").body(())?.into_parts();
    /// match guard.check_optional(&mut head).await {
    ///     Ok(admission) => {
    ///         let subject = admission.access().and_then(|access| access.subject());
    ///         println!("forwarding for {}", subject.unwrap_or("an anonymous client"));
    ///         // Forward `head`, then finish the response.
    ///         let mut response = Response::new("the data");
    ///         admission.finish(response.headers_mut());
    ///     }
    ///     Err(rejection) => {
    ///         let response: Response<String> = guard.error_response(&rejection, &head);
    ///         assert_eq!(response.status(), 401);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`Rejection`]: the request must not be served, not even as an anonymous one.
    pub async fn check_optional(&self, head: &mut Parts) -> Result<OptionalAdmission, Rejection> {
        let is_optional = self.policy().options.allow_anonymous_requests;
        if is_optional && self.has_no_credentials(head) {
            return self.admit_anonymous(head);
        }
        let admission = self.check(head).await?;
        Ok(OptionalAdmission::authenticated(admission, is_optional))
    }

    fn has_no_credentials(&self, head: &Parts) -> bool {
        let checks_query = self.policy().options.refuse_query_tokens;
        credentials::is_absent(&head.headers)
            && !has_proof(&head.headers)
            && !(checks_query && credentials::has_query_token(&head.uri))
            // An outer guard removed them.
            && head.extensions.get::<Access>().is_none()
    }

    fn admit_anonymous(&self, head: &mut Parts) -> Result<OptionalAdmission, Rejection> {
        if let Err(reason) = self.policy().presented(head) {
            let rejection = Rejection::new(None, reason);
            self.record_refused(head, &rejection);
            return Err(rejection);
        }
        RequestLog::record_anonymous(head);
        self.strip(head);
        let anonymous = Anonymous::new(
            self.challenges(),
            self.resource_of(head),
            self.policy().now(),
        );
        let mtls = self.policy().mtls.clone();
        Ok(OptionalAdmission::anonymous(anonymous, mtls))
    }
}
