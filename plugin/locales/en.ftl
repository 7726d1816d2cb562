# What people read. One message per text; the same ids, attributes and
# variables in every language (the build script holds them together).
#
# `cause-<code>` is a cause: its title, `.detail`, and its remedies in order of
# use. A remedy is named after who acts (`administrator` in the host,
# `provider-administrator` in Fortnox, `operator` of the host, `provider`), with
# `-place` for where they click. Fortnox's own words stay Swedish, in quotes.

# ---- what it is

summary = Transfers customers, projects, invoices and payments between this system and Fortnox.

# ---- the form

section-transfer = What to transfer
section-account = Who it acts as
section-contact = Language and notices

area-customers = Customers
area-customers-help = New and changed customers are sent to Fortnox.
area-projects = Projects
area-projects-help = New and changed projects are sent to Fortnox.
area-invoices = Invoices
area-invoices-help = Finished invoices are sent to Fortnox and booked there.
area-payments = Payments
area-payments-help = Payments of invoices are read from Fortnox.
area-supplier-invoices = Supplier invoices
area-supplier-invoices-help = Supplier invoices are read from Fortnox as project expenses.
area-all = All areas
area-any = an area
quoted = “{ $text }”
register-any = the register concerned
licence-any = the module concerned

field-account = Account in Fortnox
field-account-help = A service account is not tied to a person and goes on working when people leave. Only a system administrator in Fortnox can approve it. To change it later, remove the integration and add it again.
account-service = Service account (recommended)
account-user = The account of the person who approves
field-language = Language
field-language-help = The language of the company log and of notices.
language-sv = Swedish
language-nb = Norwegian
language-en = English
field-notices = E-mail for error notices
field-notices-help = Told when something needs a person. May be left empty.

problem-unknown = There is no such setting.
problem-duplicate = This setting was given more than once.
problem-toggle = Choose yes or no.
problem-choice = Choose one of the offered values.
problem-email = Enter one e-mail address, such as name@example.com.
problem-locked = The kind of account cannot change while access is granted. Remove the integration and add it again to change it.

# ---- where it stands

headline-unconfigured = Fortnox is not set up yet. Choose what to transfer, and save.
headline-unauthorized = Access to Fortnox has not been granted yet.
headline-authorizing = Waiting for the approval in Fortnox.
headline-failed = Access to Fortnox was not granted.
headline-authorized = Connected to Fortnox.
headline-authorized-organization = Connected to { $name } in Fortnox.
headline-authorized-disabled = Access to Fortnox is granted, and the integration is switched off.
headline-attention = The connection to Fortnox needs attention.
holder-service = Service account
holder-user = User { $number } in Fortnox
holder-unknown-user = The person who approved

# ---- who acts

actor-administrator = Administrator
actor-provider-administrator = System administrator in Fortnox
actor-operator = Operator of this system
actor-provider = Fortnox

remedy-service-account = Or use a service account, which needs no person's rights: remove the integration, add it again with a service account, and let a system administrator (“systemadministratör”) approve it in Fortnox.
remedy-service-account-place = Remove, on the page of this integration

# ---- the company log

log-settings-saved = The settings were saved.
log-authorization-started = Authorization was started. Waiting for the approval in Fortnox.
log-authorization-succeeded = Fortnox access was granted for { $name } ({ $number }).
log-authorization-succeeded-unread = Fortnox access was granted, but Fortnox did not tell yet for which company.
log-authorization-failed = Authorization failed: { $title }. { $detail }
log-authorization-impossible = Authorization cannot start: { $title }. { $detail }
log-scope-not-registered = Authorization cannot start: the scope { $scope } is not registered for this app at Fortnox.
log-callback-unknown = A return from Fortnox was turned away: no authorization is open.
log-callback-foreign = A return from Fortnox was turned away: it does not belong to the authorization that is open.
log-callback-used = A return from Fortnox was turned away: it had been used before.
log-callback-expired = A return from Fortnox was turned away: it came after more than ten minutes.
log-callback-other-browser = A return from Fortnox was turned away: it came from another browser than the one that started.
log-callback-malformed = A return from Fortnox was turned away: it is not well-formed.
log-organization-identified = The connected company is { $name } ({ $number }).
log-organization-unread = Fortnox did not tell which company is connected. { $words }
log-scopes-wider = Fortnox granted more than was asked for: { $scopes }.
log-scopes-narrower = Fortnox granted less than was asked for. Missing: { $scopes }.
log-grant-renewed = The access to Fortnox was renewed.
log-refresh-token-unusable = Fortnox answered with a refresh token that cannot be used. The present one is kept.
log-renewal-failed = The access to Fortnox cannot be renewed: { $title }. { $detail }
log-refusal = { $title }. { $detail }
log-provider-says = Fortnox says: { $words }.
log-what-to-do = What to do: { $steps }
log-access-recovered = { $area }: Fortnox accepts the access again.
log-renewal-recovered = The access to Fortnox can be renewed again.
log-enabled = The integration was switched on.
log-disabled = The integration was switched off.
log-removed = The integration was removed, and the access was revoked in Fortnox.
log-removed-unconfirmed = The integration was removed. Fortnox did not confirm that the access is revoked.
log-removed-unauthorized = The integration was removed. There was no access to revoke.

# ---- causes: the call does not fit the present state

cause-unconfigured = The integration has no settings yet
    .detail = What to transfer has to be chosen and saved before access can be granted.
    .administrator = Choose what to transfer, and save.
    .administrator-place = The settings of this integration

cause-disabled = The integration is switched off
    .detail = Access is granted, but nothing is transferred while the integration is switched off.
    .administrator = Switch the integration on.
    .administrator-place = The switch on the page of this integration

cause-removing = The integration is being removed
    .detail = Removal has begun and was not finished. Nothing else can be done with this connection.
    .administrator = Remove the integration once more; after that it can be added again.
    .administrator-place = Remove, on the page of this integration

cause-call-invalid = This system asked for something that cannot be asked of Fortnox
    .detail = The path leaves the API, or the method or a header is malformed. Nothing was sent.
    .operator = Report the error to the maker of this system.
    .operator-place = The support of this system

# ---- causes: the operator

cause-unregistered = This system is not registered at Fortnox
    .detail = Before any company can be connected, the operator of this system has to register it as an app at Fortnox.
    .operator = Register an app and enter its client id, secret and redirect URI in the configuration of this system.
    .operator-place = Fortnox Developer Portal

cause-client-id-invalid = The registration at Fortnox is incomplete
    .detail = The configured client id is empty or contains characters that a client id cannot have.
    .operator = Copy the client id from the app into the configuration of this system.
    .operator-place = Fortnox Developer Portal, the app's client id

cause-redirect-uri-invalid = The return address of this system cannot be used
    .detail = The redirect URI must be an absolute https address without user name and fragment, and without parameters named code, state, error or iss. Plain http is accepted for a loopback IP address only.
    .operator = Correct the redirect URI in the configuration of this system and, to the letter, in the app.
    .operator-place = Fortnox Developer Portal, the app's redirect URI

cause-endpoint-invalid = An address of the provider cannot be used
    .detail = A configured endpoint is not an absolute https address without user name and fragment. Plain http is accepted for a loopback IP address only.
    .operator = Correct the endpoints in the configuration of this system, or leave them out.
    .operator-place = The configuration of this system

cause-scope-not-registered = This system may not ask for all that was chosen
    .detail = The settings need a scope that the app does not carry at Fortnox. Authorizing again does not help before the scope is registered.
    .operator = Add the scope to the app and to the configuration of this system.
    .operator-place = Fortnox Developer Portal, the app's scopes
    .administrator = Until then, choose less to transfer.
    .administrator-place = The settings of this integration

cause-client-credentials-refused = Fortnox does not accept the credentials of this system
    .detail = The client id or the client secret is wrong. No company has lost its access, and authorizing again does not help.
    .operator = Enter the app's present client secret in the configuration of this system.
    .operator-place = Fortnox Developer Portal, the app's client secret

cause-redirect-uri-refused = Fortnox knows another return address
    .detail = The redirect URI of this system is not the one registered for the app.
    .operator = Make the two equal to the letter.
    .operator-place = Fortnox Developer Portal, the app's redirect URI

cause-service-account-not-allowed = This system may not use service accounts
    .detail = The app is not set up for authorization as a service account.
    .operator = Allow authorization as a service account for the app.
    .operator-place = Fortnox Developer Portal, the app's authorization settings
    .administrator = Until then, use the account of the person who approves. Where access is granted already, remove the integration first and add it again.
    .administrator-place = The settings of this integration

cause-request-refused = Fortnox did not accept the request of this system
    .detail = Fortnox finds fault with the request itself. That is an error in this system, not in your settings.
    .operator = Look up the entry in the company log, and report it to the maker of this integration.
    .operator-place = The company log

cause-egress-denied = This system is not allowed to reach Fortnox
    .detail = The network policy of this system refused the request before it was sent.
    .operator = Grant the provider's origins, or correct the endpoints in the configuration of this system.
    .operator-place = The configuration of this system

cause-pkce-off = PKCE is switched off
    .detail = The operator has switched off the proof key (RFC 7636) that protects the authorization code. The other protections are in place.
    .operator = Switch PKCE on again unless the server cannot bear it.
    .operator-place = The configuration of this system

# ---- causes: the journey

cause-callback-malformed = The return from Fortnox could not be read
    .detail = The address that the browser came back with is not well-formed. Nothing was changed.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-state-rejected = This return from Fortnox does not fit
    .detail = The return is unknown, has been used, is older than ten minutes, or belongs to another browser. Nothing was changed.
    .administrator = Start the authorization again, and finish it in the same browser within ten minutes.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-issuer-rejected = The return does not come from Fortnox
    .detail = The answer names another authorization server than the one that was asked. It was not used.
    .administrator = Start the authorization again. Should it happen once more, tell the operator of this system.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started
    .operator = Check the configured issuer and endpoints.
    .operator-place = The configuration of this system

cause-empty-callback = The browser came back from Fortnox without an answer
    .detail = Fortnox sent the browser back with neither an approval nor a reason. That happens when the company's Fortnox account is locked, for example because an invoice from Fortnox is unpaid.
    .provider-administrator = Log in to Fortnox and settle what locks the account.
    .provider-administrator-place = Fortnox, the start page after logging in
    .administrator = Then start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-attempt-expired = Nobody came back from Fortnox in time
    .detail = The authorization was started, but the approval in Fortnox was not finished within ten minutes.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-exchange-interrupted = The authorization was cut off
    .detail = The approval arrived, but this system was interrupted before the access was in place.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-settings-changed = The settings were changed meanwhile
    .detail = The kind of account was changed while the approval in Fortnox was under way, so the approval is for the wrong kind.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-registration-changed = This system was set up anew meanwhile
    .detail = The registration of this system at Fortnox was changed while the approval was under way.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-user-declined = The approval was declined in Fortnox
    .detail = Somebody chose “Avbryt” instead of “Godkänn & aktivera”. Nothing was changed.
    .administrator = Start the authorization again and approve it.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-not-system-administrator = Only a system administrator can approve a service account
    .detail = The person who logged in to Fortnox is not a system administrator (“systemadministratör”) of the company.
    .provider-administrator = Let a system administrator of the company carry out the authorization.
    .provider-administrator-place = “Authorize” or “Re-authorize”, on the page where it was started
    .administrator = Or use the account of the person who approves instead of a service account. Where access is granted already, remove the integration first and add it again.
    .administrator-place = The settings of this integration

cause-integration-licence-missing = A licence is missing in Fortnox
    .detail = The company, or the person who approves, lacks the licence for integrations or for one of the chosen areas. Authorizing again does not help before the licence is there.
    .provider-administrator = Order the licence “Integration”, or the module that is missing, and give it to the user.
    .provider-administrator-place = Fortnox, “Tilläggsbeställning” and “Hantera användare”
    .administrator = Then authorize again. Where it was a transfer that was refused, “Check access” is enough.
    .administrator-place = The page of this integration
    .administrator-2 = Or choose less to transfer.
    .administrator-2-place = The settings of this integration

cause-app-licence-missing = The integration has not been bought in Fortnox
    .detail = Fortnox sells this integration in its marketplace, and the company has not bought it yet.
    .provider-administrator = Find the integration, buy it and activate it.
    .provider-administrator-place = Fortnox, “Integrationer”
    .administrator = Then start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-code-refused = Fortnox did not redeem the approval
    .detail = The approval was too old or had been used already. An approval is valid once, for ten minutes.
    .administrator = Start the authorization again.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started

cause-answer-unusable = The answer from Fortnox could not be used
    .detail = Fortnox answered, but not with a usable access. It may be out of order.
    .administrator = Start the authorization again in a while.
    .administrator-place = “Authorize” or “Re-authorize”, on the page where it was started
    .provider = Mend the answer of the token endpoint.
    .provider-place = Fortnox support

cause-another-organization = Another company was chosen in Fortnox
    .detail = This connection belongs to another company in Fortnox than the one chosen now. The present access was kept, the new one was dropped.
    .administrator = Authorize again and choose the same company as before under “Välj företag”.
    .administrator-place = Re-authorize, on the page of this integration
    .administrator-2 = To move to another company, remove the integration and add it again.
    .administrator-2-place = Remove, on the page of this integration

cause-organization-unverified = Fortnox did not tell which company approved
    .detail = The new access was dropped, because nobody could tell whether it is for the same company as before. What was there is as it was.
    .administrator = Authorize again in a while.
    .administrator-place = Re-authorize, on the page of this integration

cause-provider-refused = Fortnox refused
    .detail = Fortnox gave a reason that this integration does not know. Its own words are in the company log.
    .administrator = Act on what Fortnox says, and start the authorization again.
    .administrator-place = The company log
    .provider = Explain the refusal.
    .provider-place = Fortnox support

# ---- causes: the grant

cause-unauthorized = Access to Fortnox has not been granted
    .detail = Somebody has to log in to Fortnox and approve the access.
    .administrator = Start the authorization.
    .administrator-place = Authorize, on the page of this integration

cause-grant-refused = Fortnox no longer accepts the access
    .detail = The access was granted once, but Fortnox refuses it now.
    .administrator = Authorize again.
    .administrator-place = Re-authorize, on the page of this integration

cause-grant-expired = The access has expired
    .detail = The access was not renewed in time, and Fortnox does not accept it any more.
    .administrator = Authorize again.
    .administrator-place = Re-authorize, on the page of this integration

cause-grant-expiring = The access ends soon unless it is renewed
    .detail = A person's access lasts 45 days from its latest renewal, which has not succeeded for a while.
    .administrator = Authorize again. A service account does not have this end.
    .administrator-place = Re-authorize, on the page of this integration
    .operator = See to it that this system keeps connections alive.
    .operator-place = The scheduled tasks of this system

cause-renewal-lost = The access was lost during a renewal
    .detail = Fortnox renewed the access, but its answer did not arrive, and Fortnox gives it only once.
    .administrator = Authorize again. A service account does not have this weakness.
    .administrator-place = Re-authorize, on the page of this integration

cause-app-changed = This system is registered otherwise at Fortnox than when access was granted
    .detail = The access belongs to another app or another server. It was left as it is.
    .administrator = Authorize again.
    .administrator-place = Re-authorize, on the page of this integration
    .operator = If the change was a mistake, bring the former registration back.
    .operator-place = The configuration of this system

cause-consent-withdrawn = The access was withdrawn in Fortnox
    .detail = Somebody removed this integration in Fortnox.
    .administrator = Authorize again, if the company still wants the integration.
    .administrator-place = Re-authorize, on the page of this integration

cause-scope-missing = The access does not cover all that was chosen
    .detail = The settings need more than was approved in Fortnox.
    .administrator = Authorize again to approve what was added.
    .administrator-place = Re-authorize, on the page of this integration

cause-scope-withheld = Fortnox granted less than was asked for: { $area }
    .detail = The scope was asked for and was not granted. Asking again gives the same until something has changed in Fortnox.
    .provider-administrator = See to it that the company has a licence for { $licence }. Then authorize again and approve all that is asked for.
    .provider-administrator-place = Fortnox, “Tilläggsbeställning”
    .administrator = Or choose less to transfer.
    .administrator-place = The settings of this integration

cause-scope-wider = The access covers more than was asked for
    .detail = Fortnox granted more than the settings need. Nothing is done with it.
    .administrator = Nothing has to be done. To be rid of it, remove the integration and add it again.
    .administrator-place = Remove, on the page of this integration

cause-organization-unread = It is not known yet which company is connected
    .detail = Fortnox granted the access, but did not tell for which company. It is asked again at the next check and the next transfer.
    .administrator = Press “Check access” in a while. Should it stay so, authorize again.
    .administrator-place = The page of this integration

cause-maintain-stopped = This system does not keep the access alive
    .detail = A person's access to Fortnox dies unless it is renewed within 45 days. This system should see to that, and has not for days.
    .operator = See to it that this system keeps connections alive.
    .operator-place = The scheduled tasks of this system

# ---- causes: the access to one area

cause-right-missing = The user lacks a right in Fortnox: { $area }
    .detail = The access was granted, but the user whom the integration acts as may not use { $register } in Fortnox. Authorizing again as the same user changes nothing.
    .provider-administrator = Give the user the right (“behörighet”) to { $register }.
    .provider-administrator-place = Fortnox, “Hantera användare”, the user's “Behörigheter”

cause-area-licence-missing = A licence is missing in Fortnox: { $area }
    .detail = Fortnox finds no active licence for { $licence }. With a person's account it is that person's licence that counts. Authorizing again changes nothing.
    .provider-administrator = Order one of these: { $licence }; or give the user the licence.
    .provider-administrator-place = Fortnox, “Tilläggsbeställning” and “Hantera användare”
    .administrator = Or choose less to transfer.
    .administrator-place = The settings of this integration

cause-scope-refused = Fortnox says that the access does not cover: { $area }
    .detail = Fortnox says that the access does not hold the scope for this. Authorizing again alone changes nothing.
    .operator = Check that the app carries the scope and that it is asked for; then let the company authorize again.
    .operator-place = Fortnox Developer Portal, the app's scopes
    .administrator = Until then, choose less to transfer.
    .administrator-place = The settings of this integration

cause-area-refused = Fortnox refuses: { $area }
    .detail = Fortnox gives no reason that this integration knows; its own words, where it gave any, stand beside this.
    .provider-administrator = Act on what Fortnox says. If that is not clear, ask Fortnox, and quote its words and code.
    .provider-administrator-place = Fortnox support
    .administrator = Until then, choose less to transfer.
    .administrator-place = The settings of this integration

cause-token-refused = Fortnox does not accept the access that it has just renewed
    .detail = The access can be renewed and is refused all the same. That happens when the company's Fortnox account is locked. Authorizing again alone changes nothing.
    .provider-administrator = Log in to Fortnox and settle what locks the account.
    .provider-administrator-place = Fortnox, the start page after logging in
    .provider = Should it stay so, explain the refusal.
    .provider-place = Fortnox support

# ---- causes: worth trying again

cause-provider-unreachable = Fortnox could not be reached
    .detail = The request did not leave this system. Nothing was lost in Fortnox.
    .administrator = Try again in a while.
    .administrator-place = The page of this integration
    .operator = Should it stay so, check name resolution, network and certificates.
    .operator-place = The network of this system

cause-provider-silent = Fortnox did not answer
    .detail = The request was sent, but no whole answer came back.
    .administrator = Try again in a while.
    .administrator-place = The page of this integration
    .provider = Should it stay so, mend the service.
    .provider-place = Fortnox, the page on operating status

cause-provider-failing = Fortnox is out of order
    .detail = Fortnox answered with an error of its own.
    .administrator = Try again in a while.
    .administrator-place = The page of this integration
    .provider = Should it stay so, mend the service.
    .provider-place = Fortnox, the page on operating status

cause-rate-limited = Too many requests at once
    .detail = Fortnox takes a limited number of requests. There is a short pause.
    .administrator = Try again in a minute.
    .administrator-place = The page of this integration

cause-renewal-under-way = The access is being renewed at this moment
    .detail = Another part of this system is at it, or its outcome is awaited.
    .administrator = Try again in a moment.
    .administrator-place = The page of this integration

cause-busy = The connection is being changed by somebody else
    .detail = Several changes met. Nothing was lost.
    .administrator = Try again.
    .administrator-place = The page of this integration

# ---- causes: the cells

cause-storage-unavailable = This system cannot save right now
    .detail = The storage of this system does not answer or does not write.
    .operator = Check the database: space, rights and locks.
    .operator-place = The storage of this system

cause-cell-unreadable = Stored data of this connection is damaged
    .detail = What was stored for this connection cannot be read. It was left as it is.
    .operator = Restore it from a backup, or remove the connection and add it again.
    .operator-place = The storage of this system

cause-cell-newer = Stored data of this connection is of a newer version
    .detail = A newer version of this integration has written here. It was left as it is.
    .operator = Update the integration to the newer version.
    .operator-place = The plugin file of this system

# ---- authorizing and removing

cause-authorize = Approving in Fortnox
    .detail = The dialog in Fortnox is in Swedish: “Välj företag” picks the company, “Godkänn & aktivera” approves, “Avbryt” declines.
    .provider-administrator = A service account has to be approved by a system administrator (“systemadministratör”).
    .provider-administrator-place = Fortnox, “Godkänn & aktivera”

cause-remove = Removing the integration
    .detail = The access is revoked in Fortnox and everything stored for this connection is erased; the company log stays. Nothing is deleted among the company's records in Fortnox.
    .provider-administrator = A service account stays approved in Fortnox until the integration is removed there, too.
    .provider-administrator-place = Fortnox, “Hantera integrationer”

remaining-service = A service account stays approved in Fortnox. Remove the integration there, too.
remaining-unconfirmed = Fortnox did not confirm that the access is revoked. Remove the integration there, too.
remaining-place = Fortnox, “Hantera integrationer”
