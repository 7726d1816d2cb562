# The page's own words. What an integration says about itself is not here.
# One line each; the same ids and variables in every language.

product = Demo ERP
title = { $page } – { $product }
skip = Skip to the content
navigation = Main menu
language = Language of this page
sign-out = Sign out
footer = A sample page for demonstrations: nobody needs a password here.
simulator = Choose who logs in and what goes wrong at the provider

sign-in-title = Sign in
sign-in-lead = This is a demonstration, so there is no password. Choose who you are.
sign-in-as = Sign in as { $name }
to-sign-in = Go to sign in

list-title = Integrations
list-title-search = Integrations: search
list-lead = Connect your company to the other systems you use.
search-label = Search for an integration
search = Search
list-empty = Nothing was found for “{ $sought }”
list-empty-text = Try another word, or part of a name.
list-all = Show all integrations
vendor = Made by { $vendor }
version = Version { $version }
homepage = About { $name }
back-to-list = All integrations
back-to-integration = Back to { $name }

stage-unconfigured = Not set up
stage-unauthorized = Access not granted
stage-authorizing = Waiting for approval
stage-failed = Authorization failed
stage-authorized = Connected
stage-attention = Needs attention
stage-off = Connected, switched off

integration-title = { $name }: { $stage }
integration-title-error = Error: check the settings of { $name } ({ $stage })
connection = Connection
settings = Settings
about = About this integration
organization = Company
organization-number = Organization number
organization-unknown = It is not known yet which company it is.
holder = Access belongs to
granted = Granted
renew-by = Has to be renewed by
access = Access to each area
since = Since
code = Code for support:
place = Where:
provider-says = { $name } says:
awaited = The approval is awaited until
awaited-help = If the window was closed, press Authorize to start again.
failed-again = The new attempt failed:
time-unknown = unknown time

authorize = Authorize
reauthorize = Re-authorize
authorize-help = You continue to { $name }, log in and approve. Then you come back here.
save = Save
save-help = If access is still missing, you continue to { $name } to approve it.
switch = Use this integration
switch-on-help = It is on. Switching it off keeps the access.
switch-off-help = It is off. Nothing is transferred.
remove = Remove
remove-link = Remove this integration

required = (required)
locked = Cannot be changed while access is granted.
secret-kept = Saved, and not shown
yes = Yes
no = No
error = Error:
errors-title = The settings could not be saved

notice-saved = The settings are saved.
notice-granted = Access is granted
notice-granted-partly = Access is granted, but something still needs attention
notice-granted-next = Switch the integration on when you are ready.
notice-enabled = The integration is switched on.
notice-disabled = The integration is switched off.
kept-title = The approval has arrived, but could not be finished
kept-text = Nothing is lost. Try again in a moment; you do not have to log in once more.
kept-again = Try again

severity-info = Worth knowing
severity-warning = Warning
severity-error = Problem
verdict-unchecked = Not checked yet
verdict-granted = Works
verdict-missing-scope = Not part of the approval
verdict-missing-licence = The company lacks the licence
verdict-missing-right = The user lacks the right
verdict-unknown = Refused
actor-administrator = You
actor-provider-administrator = System administrator in { $name }
actor-operator = Whoever runs Demo ERP

waiting-title = One moment
waiting-text = { $name } is confirming your approval. This page goes on by itself.
waiting-link = Continue if nothing happens
leave-title = To { $name }
leave-text = You are being taken to { $name }.
leave-link = Continue to { $name }

removal-title = Remove { $name }?
removal-what = This is what happens
removal-text = The access is given back, and everything saved for { $name } is erased.
removal-keep = Keep it
removed-title = { $name } is removed
removed-revoked = { $name } has confirmed that the access is gone.
removed-nothing = Everything saved here is erased. There was no access to give back.
removed-unrevoked = Everything saved here is erased. { $name } has not confirmed that the access is gone.
removed-left = What is left for you to do

log-title = Company log
log-lead = What has happened at { $company }, the newest first.
log-empty = Nothing has happened yet.
log-nobody = By itself
log-pages = Pages of the log
log-newest = Newest entries
log-older = Older entries
level-detail = Detail
level-info = Information
level-warn = Warning
level-error = Error

mail-subject = { $product }: { $company } – { $title }
mail-subject-more = { $product }: { $company } – { $title } (+{ $count })
mail-lead = The connection of { $company } to { $name } needs somebody's attention.
mail-company = Company in this system
mail-organization = Company at { $name }
mail-concerns = Concerns
mail-ways = What helps
mail-open = To the integration
mail-actor-administrator = Administrator in { $product }
mail-why = You get this mail because { $address } is named for notices in the settings of { $name } at { $company }.
mail-stop = To get no more of them, change or empty the field “{ $field }” there.
mail-often = As long as it stays so, it is told at most once a day.

cause-unknown = Something is not right
cause-unknown-text = There is no explanation for this. Try again, and turn to support if it stays so.
cause-provider = The provider refused
cause-provider-text = The provider gave a reason of its own.

problem-not-found = This page does not exist
problem-not-found-text = The address may be mistyped, or the page has moved.
problem-form = This request cannot be understood
problem-form-text = Go back, load the page anew and try once more. Nothing was changed.
problem-signed-out = You are not signed in any more
problem-signed-out-text = You were away for a while, or signed out in another tab. Nothing was changed. Sign in and try again.
problem-forged = This form is not valid any more
problem-forged-text = It was made for another session or on another page. Nothing was changed. Load the page anew and try once more.
problem-elsewhere = This is not the address of this page
problem-elsewhere-text = Forms are accepted at { $address } only. Open that address and try again. Nothing was changed.
problem-not-yours = This return does not belong to you
problem-not-yours-text = It is not from an authorization that you started in this browser and session, or it is too old. Nothing was changed. Open the integration and start the authorization again.
problem-too-many = Too many failed returns
problem-too-many-text = Wait a few minutes, and then start the authorization again.
problem-no-way = There is no way to the provider
problem-no-way-text = The integration gave an address that cannot be opened. Turn to whoever runs Demo ERP.
problem-internal = Something went wrong here
problem-internal-text = It is not your fault, and nothing you saved is lost. Try again in a moment, and turn to whoever runs Demo ERP if it stays so.
