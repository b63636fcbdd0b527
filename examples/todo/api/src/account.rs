//! Who is calling. An example of context, not of security: there is no password.

use telefunc::prelude::*;

/// Who is calling.
#[derive(Clone, Debug)]
pub struct User {
    /// As given at log-in.
    pub name: String,
}

impl FromContext for User {
    type Error = Abort<&'static str>;

    async fn from_context(cx: &Context) -> Result<Self, Self::Error> {
        let name =
            cx.cookie("name").ok_or(Abort("log in first").status(StatusCode::UNAUTHORIZED))?;
        Ok(Self { name: name.to_owned() })
    }
}

/// Remembers a name in a cookie.
#[telefunction]
pub fn on_log_in(
    #[schemars(regex(pattern = "^[a-z]{1,20}$"))] name: String,
    #[context] cx: Context,
) -> telefunc::Result<()> {
    cx.set_cookie(format!("name={name}; HttpOnly; SameSite=Lax; Path=/"))?;
    Ok(())
}

/// The name that is remembered.
#[telefunction]
pub fn on_who_am_i(#[context] user: User) -> String {
    user.name
}
