# Det folk leser. Én melding per tekst; de samme id-ene, attributtene og
# variablene på alle språk (byggeskriptet holder dem sammen).
#
# `cause-<code>` er en årsak: tittelen, `.detail` og tiltakene i den rekkefølgen
# de brukes. Et tiltak er oppkalt etter den som utfører det (`administrator` i
# vertssystemet, `provider-administrator` i Fortnox, `operator` for
# vertssystemet, `provider`), med `-place` for stedet man klikker. Fortnox' egne
# ord står på svensk, i anførselstegn.

# ---- hva det er

summary = Overfører kunder, prosjekter, fakturaer og betalinger mellom dette systemet og Fortnox.

# ---- skjemaet

section-transfer = Hva som skal overføres
section-account = Hvilken konto integrasjonen bruker
section-contact = Språk og varsler

area-customers = Kunder
area-customers-help = Nye og endrede kunder sendes til kunderegisteret i Fortnox.
area-projects = Prosjekter
area-projects-help = Nye og endrede prosjekter sendes til Fortnox.
area-invoices = Fakturaer
area-invoices-help = Ferdige fakturaer sendes til Fortnox og bokføres der.
area-payments = Betalinger
area-payments-help = Betalinger av fakturaer hentes fra Fortnox.
area-supplier-invoices = Leverandørfakturaer
area-supplier-invoices-help = Leverandørfakturaer hentes fra Fortnox som prosjektkostnader.
area-all = Alle områder
area-any = et område
quoted = «{ $text }»
register-any = registeret det gjelder
licence-any = modulen det gjelder

field-account = Fortnox-konto
field-account-help = En servicekonto er ikke knyttet til en person og fortsetter å virke når noen slutter. Bare en systemadministrator i Fortnox kan godkjenne den. Vil du endre kontotypen senere, fjerner du integrasjonen og legger den til på nytt.
account-service = Servicekonto (anbefales)
account-user = Kontoen til den som godkjenner
field-language = Språk
field-language-help = Språket i selskapsloggen og i varsler.
language-sv = Svensk
language-nb = Norsk
language-en = Engelsk
field-notices = E-postadresse for feilvarsler
field-notices-help = Får beskjed når noen må følge opp noe. Kan stå tomt.

problem-unknown = Innstillingen finnes ikke.
problem-duplicate = Innstillingen er oppgitt mer enn én gang.
problem-toggle = Velg ja eller nei.
problem-choice = Velg ett av alternativene.
problem-email = Oppgi bare én e-postadresse, for eksempel navn@example.com.
problem-locked = Kontotypen kan ikke endres så lenge tilgang er gitt. Vil du endre den, fjerner du integrasjonen og legger den til på nytt.

# ---- hvordan det står til

headline-unconfigured = Integrasjonen med Fortnox er ikke satt opp ennå. Velg hva som skal overføres, og lagre.
headline-unauthorized = Tilgang til Fortnox er ikke gitt ennå.
headline-authorizing = Venter på godkjenningen i Fortnox.
headline-failed = Tilgang til Fortnox ble ikke gitt.
headline-authorized = Koblet til Fortnox.
headline-authorized-organization = Koblet til { $name } i Fortnox.
headline-authorized-disabled = Tilgang til Fortnox er gitt, men integrasjonen er slått av.
headline-attention = Tilkoblingen til Fortnox må følges opp.
holder-service = Servicekonto
holder-user = Bruker { $number } i Fortnox
holder-unknown-user = Den som godkjente

# ---- hvem som gjør noe

actor-administrator = Administratoren
actor-provider-administrator = Systemadministratoren i Fortnox
actor-operator = Systemets driftsansvarlige
actor-provider = Fortnox selv

remedy-service-account = Eller bruk en servicekonto, som ikke trenger noen persons rettigheter: fjern integrasjonen, legg den til på nytt med servicekonto, og la en systemadministrator («systemadministratör») godkjenne den i Fortnox.
remedy-service-account-place = Fjern, på siden for denne integrasjonen

# ---- selskapsloggen

log-settings-saved = Innstillingene ble lagret.
log-authorization-started = Autoriseringen ble startet. Venter på godkjenningen i Fortnox.
log-authorization-succeeded = Tilgang til Fortnox ble gitt for { $name } ({ $number }).
log-authorization-succeeded-unread = Tilgang til Fortnox ble gitt, men Fortnox har ennå ikke opplyst for hvilket selskap.
log-authorization-failed = Autoriseringen mislyktes: { $title }. { $detail }
log-authorization-impossible = Autoriseringen kan ikke startes: { $title }. { $detail }
log-scope-not-registered = Autoriseringen kan ikke startes: Rettigheten { $scope } er ikke registrert for denne appen hos Fortnox.
log-callback-unknown = En retur fra Fortnox ble avvist: Ingen autorisering pågår.
log-callback-foreign = En retur fra Fortnox ble avvist: Den hører ikke til autoriseringen som pågår.
log-callback-used = En retur fra Fortnox ble avvist: Den var allerede brukt.
log-callback-expired = En retur fra Fortnox ble avvist: Den kom etter mer enn ti minutter.
log-callback-other-browser = En retur fra Fortnox ble avvist: Den kom fra en annen nettleser enn den autoriseringen ble startet i.
log-callback-malformed = En retur fra Fortnox ble avvist: Den er feil utformet.
log-organization-identified = Det tilkoblede selskapet er { $name } ({ $number }).
log-organization-unread = Fortnox opplyste ikke hvilket selskap som er tilkoblet. { $words }
log-scopes-wider = Fortnox ga mer enn det ble bedt om: { $scopes }.
log-scopes-narrower = Fortnox ga mindre enn det ble bedt om. Dette mangler: { $scopes }.
log-grant-renewed = Tilgangen til Fortnox ble fornyet.
log-refresh-token-unusable = Fortnox svarte med en fornyelseskode som ikke kan brukes. Den nåværende beholdes.
log-renewal-failed = Tilgangen til Fortnox kan ikke fornyes: { $title }. { $detail }
log-refusal = { $title }. { $detail }
log-provider-says = Fortnox sier: { $words }.
log-what-to-do = Gjør slik: { $steps }
log-access-recovered = { $area }: Fortnox godtar tilgangen igjen.
log-renewal-recovered = Tilgangen til Fortnox kan fornyes igjen.
log-enabled = Integrasjonen ble slått på.
log-disabled = Integrasjonen ble slått av.
log-removed = Integrasjonen ble fjernet, og tilgangen ble tilbakekalt i Fortnox.
log-removed-unconfirmed = Integrasjonen ble fjernet. Fortnox bekreftet ikke at tilgangen er tilbakekalt.
log-removed-unauthorized = Integrasjonen ble fjernet. Det fantes ingen tilgang å tilbakekalle.

# ---- årsaker: kallet passer ikke til den nåværende tilstanden

cause-unconfigured = Integrasjonen har ingen innstillinger ennå
    .detail = Før tilgang kan gis, må du velge hva som skal overføres, og lagre.
    .administrator = Velg hva som skal overføres, og lagre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-disabled = Integrasjonen er slått av
    .detail = Tilgang er gitt, men ingenting overføres så lenge integrasjonen er slått av.
    .administrator = Slå på integrasjonen.
    .administrator-place = Bryteren på siden for denne integrasjonen

cause-removing = Integrasjonen er i ferd med å bli fjernet
    .detail = Fjerningen er påbegynt, men ikke fullført. Ingenting annet kan gjøres med denne tilkoblingen.
    .administrator = Fjern integrasjonen en gang til. Deretter kan den legges til på nytt.
    .administrator-place = Fjern, på siden for denne integrasjonen

cause-call-invalid = Dette systemet ba om noe som ikke kan kreves av Fortnox
    .detail = Banen forlater API-et, eller metoden eller et hode er feil. Ingenting ble sendt.
    .operator = Meld feilen til produsenten av systemet.
    .operator-place = Systemets brukerstøtte

# ---- årsaker: driftsansvarlig

cause-unregistered = Dette systemet er ikke registrert hos Fortnox
    .detail = Før noe selskap kan kobles til, må den driftsansvarlige for dette systemet registrere det som en app hos Fortnox.
    .operator = Registrer en app, og legg inn klient-ID-en, klienthemmeligheten og omdirigerings-URI-en dens i konfigurasjonen av dette systemet.
    .operator-place = Fortnox Developer Portal

cause-client-id-invalid = Registreringen hos Fortnox er ufullstendig
    .detail = Den konfigurerte klient-ID-en er tom eller inneholder tegn som en klient-ID ikke kan ha.
    .operator = Kopier klient-ID-en fra appen til konfigurasjonen av dette systemet.
    .operator-place = Fortnox Developer Portal, klient-ID-en til appen

cause-redirect-uri-invalid = Returadressen til dette systemet kan ikke brukes
    .detail = Omdirigerings-URI-en må være en absolutt https-adresse uten brukernavn og fragment, og uten parametere med navnene code, state, error eller iss. Vanlig http godtas bare for en loopback-IP-adresse.
    .operator = Rett omdirigerings-URI-en i konfigurasjonen av dette systemet og, tegn for tegn, i appen.
    .operator-place = Fortnox Developer Portal, omdirigerings-URI-en til appen

cause-endpoint-invalid = En adresse til Fortnox kan ikke brukes
    .detail = Et konfigurert endepunkt er ikke en absolutt https-adresse uten brukernavn og fragment. Vanlig http godtas bare for en loopback-IP-adresse.
    .operator = Rett endepunktene i konfigurasjonen av dette systemet, eller utelat dem.
    .operator-place = Konfigurasjonen av dette systemet

cause-scope-not-registered = Dette systemet har ikke lov til å be om alt som er valgt
    .detail = Innstillingene krever en rettighet som appen ikke har hos Fortnox. Det hjelper ikke å autorisere på nytt før rettigheten er registrert.
    .operator = Legg til rettigheten (scope) i appen og i konfigurasjonen av dette systemet.
    .operator-place = Fortnox Developer Portal, rettighetene til appen
    .administrator = Velg å overføre mindre inntil videre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-client-credentials-refused = Fortnox godtar ikke innloggingsopplysningene til dette systemet
    .detail = Klient-ID-en eller klienthemmeligheten er feil. Ingen selskaper har mistet tilgangen sin, og det hjelper ikke å autorisere på nytt.
    .operator = Legg inn den gjeldende klienthemmeligheten for appen i konfigurasjonen av dette systemet.
    .operator-place = Fortnox Developer Portal, klienthemmeligheten til appen

cause-redirect-uri-refused = Fortnox kjenner en annen returadresse
    .detail = Omdirigerings-URI-en til dette systemet er ikke den som er registrert for appen.
    .operator = Sørg for at de to er like tegn for tegn.
    .operator-place = Fortnox Developer Portal, omdirigerings-URI-en til appen

cause-service-account-not-allowed = Dette systemet har ikke lov til å bruke servicekontoer
    .detail = Appen er ikke satt opp for autorisering som servicekonto.
    .operator = Tillat autorisering som servicekonto for appen.
    .operator-place = Fortnox Developer Portal, innstillingene for autorisering i appen
    .administrator = Bruk inntil videre kontoen til den som godkjenner. Finnes tilgangen allerede: fjern integrasjonen først og legg den til igjen.
    .administrator-place = Innstillingene for denne integrasjonen

cause-request-refused = Fortnox godtok ikke forespørselen fra dette systemet
    .detail = Ifølge Fortnox er det feil i selve forespørselen. Feilen ligger i dette systemet, ikke i innstillingene dine.
    .operator = Finn oppføringen i selskapsloggen, og meld den til utvikleren av denne integrasjonen.
    .operator-place = Selskapsloggen

cause-egress-denied = Dette systemet har ikke lov til å kontakte Fortnox
    .detail = Nettverksreglene i dette systemet stoppet forespørselen før den ble sendt.
    .operator = Tillat adressene til Fortnox (origins), eller rett endepunktene i konfigurasjonen av dette systemet.
    .operator-place = Konfigurasjonen av dette systemet

cause-pkce-off = PKCE er slått av
    .detail = Den driftsansvarlige har slått av bevisnøkkelen (RFC 7636) som beskytter autoriseringskoden. De andre beskyttelsene er på plass.
    .operator = Slå på PKCE igjen, med mindre serveren ikke støtter det.
    .operator-place = Konfigurasjonen av dette systemet

# ---- årsaker: veien til Fortnox og tilbake

cause-callback-malformed = Returen fra Fortnox kunne ikke leses
    .detail = Adressen som nettleseren kom tilbake med, er feil utformet. Ingenting ble endret.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-state-rejected = Denne returen fra Fortnox stemmer ikke
    .detail = Returen er ukjent, er allerede brukt, er eldre enn ti minutter eller hører til en annen nettleser. Ingenting ble endret.
    .administrator = Start autoriseringen på nytt, og fullfør den i samme nettleser innen ti minutter.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-issuer-rejected = Returen kommer ikke fra Fortnox
    .detail = Svaret oppgir en annen autoriseringsserver enn den som ble spurt. Det ble ikke brukt.
    .administrator = Start autoriseringen på nytt. Skjer det en gang til, sier du fra til den driftsansvarlige for dette systemet.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet
    .operator = Kontroller den konfigurerte utstederen og endepunktene.
    .operator-place = Konfigurasjonen av dette systemet

cause-empty-callback = Nettleseren kom tilbake fra Fortnox uten svar
    .detail = Fortnox sendte nettleseren tilbake uten verken godkjenning eller begrunnelse. Det skjer når selskapets konto hos Fortnox er sperret, for eksempel fordi en faktura fra Fortnox er ubetalt.
    .provider-administrator = Logg inn i Fortnox, og ordne det som sperrer kontoen.
    .provider-administrator-place = Fortnox, startsiden etter innlogging
    .administrator = Start deretter autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-attempt-expired = Ingen kom tilbake fra Fortnox i tide
    .detail = Autoriseringen ble startet, men godkjenningen i Fortnox ble ikke fullført innen ti minutter.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-exchange-interrupted = Autoriseringen ble avbrutt
    .detail = Godkjenningen kom fram, men dette systemet ble avbrutt før tilgangen var på plass.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-settings-changed = Innstillingene ble endret i mellomtiden
    .detail = Kontotypen ble endret mens godkjenningen i Fortnox pågikk, så godkjenningen gjelder feil kontotype.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-registration-changed = Dette systemet ble satt opp på nytt i mellomtiden
    .detail = Registreringen av dette systemet hos Fortnox ble endret mens godkjenningen pågikk.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-user-declined = Tilgangen ble ikke godkjent i Fortnox
    .detail = Noen valgte «Avbryt» i stedet for «Godkänn & aktivera». Ingenting ble endret.
    .administrator = Start autoriseringen på nytt, og godkjenn den.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-not-system-administrator = Bare en systemadministrator kan godkjenne en servicekonto
    .detail = Personen som logget inn i Fortnox, er ikke systemadministrator («systemadministratör») for selskapet.
    .provider-administrator = La en systemadministrator for selskapet gjennomføre autoriseringen.
    .provider-administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet
    .administrator = Eller bruk kontoen til den som godkjenner, i stedet for en servicekonto. Finnes tilgangen allerede: fjern integrasjonen først og legg den til igjen.
    .administrator-place = Innstillingene for denne integrasjonen

cause-integration-licence-missing = En lisens mangler i Fortnox
    .detail = Selskapet, eller den som godkjenner, mangler lisensen for integrasjoner eller for et av de valgte områdene. Det hjelper ikke å autorisere på nytt før lisensen er på plass.
    .provider-administrator = Bestill lisensen «Integration» eller modulen som mangler, og gi den til brukeren.
    .provider-administrator-place = Fortnox, «Tilläggsbeställning» og «Hantera användare»
    .administrator = Autoriser deretter på nytt. Var det en overføring som ble nektet, holder det med «Kontroller tilgangen».
    .administrator-place = Siden for denne integrasjonen
    .administrator-2 = Eller velg å overføre mindre.
    .administrator-2-place = Innstillingene for denne integrasjonen

cause-app-licence-missing = Integrasjonen er ikke kjøpt i Fortnox
    .detail = Fortnox selger denne integrasjonen på markedsplassen sin, og selskapet har ikke kjøpt den ennå.
    .provider-administrator = Finn integrasjonen, kjøp den og aktiver den.
    .provider-administrator-place = Fortnox, «Integrationer»
    .administrator = Start deretter autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-code-refused = Godkjenningen gjaldt ikke lenger hos Fortnox
    .detail = Godkjenningen var for gammel eller allerede brukt. En godkjenning gjelder én gang, i ti minutter.
    .administrator = Start autoriseringen på nytt.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet

cause-answer-unusable = Svaret fra Fortnox kunne ikke brukes
    .detail = Fortnox svarte, men ikke med en brukbar tilgang. Det kan skyldes driftsforstyrrelser.
    .administrator = Start autoriseringen på nytt om en stund.
    .administrator-place = «Autoriser» eller «Autoriser på nytt», på siden der det ble startet
    .provider = Rett svaret fra token-endepunktet.
    .provider-place = Brukerstøtten hos Fortnox

cause-another-organization = Et annet selskap ble valgt i Fortnox
    .detail = Denne tilkoblingen hører til et annet selskap i Fortnox enn det som ble valgt nå. Den nåværende tilgangen ble beholdt, og den nye ble forkastet.
    .administrator = Autoriser på nytt, og velg samme selskap som før under «Välj företag».
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen
    .administrator-2 = Vil du bytte til et annet selskap, fjerner du integrasjonen og legger den til på nytt.
    .administrator-2-place = Fjern, på siden for denne integrasjonen

cause-organization-unverified = Fortnox fortalte ikke hvilket selskap som godkjente
    .detail = Den nye tilgangen ble ikke brukt, fordi ingen kunne vite om den gjelder samme selskap som før. Alt er som det var.
    .administrator = Autoriser på nytt om en stund.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-provider-refused = Fortnox nektet tilgang
    .detail = Fortnox oppga en begrunnelse som denne integrasjonen ikke kjenner. Fortnox' egne ord står i selskapsloggen.
    .administrator = Gjør det Fortnox opplyser om, og start autoriseringen på nytt.
    .administrator-place = Selskapsloggen
    .provider = Forklar hvorfor tilgangen ble nektet.
    .provider-place = Brukerstøtten hos Fortnox

# ---- årsaker: tilgangen

cause-unauthorized = Tilgang til Fortnox er ikke gitt
    .detail = Noen må logge inn i Fortnox og godkjenne tilgangen.
    .administrator = Start autoriseringen.
    .administrator-place = Autoriser, på siden for denne integrasjonen

cause-grant-refused = Fortnox godtar ikke lenger tilgangen
    .detail = Tilgangen ble gitt en gang, men nå nekter Fortnox den.
    .administrator = Autoriser på nytt.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-grant-expired = Tilgangen har utløpt
    .detail = Tilgangen ble ikke fornyet i tide, og Fortnox godtar den ikke lenger.
    .administrator = Autoriser på nytt.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-grant-expiring = Tilgangen opphører snart hvis den ikke fornyes
    .detail = En persons tilgang varer 45 dager fra den siste fornyelsen, som ikke har lyktes på en stund.
    .administrator = Autoriser på nytt. En servicekonto har ikke denne sluttdatoen.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen
    .operator = Sørg for at systemet holder tilkoblinger i live.
    .operator-place = De planlagte oppgavene i dette systemet

cause-renewal-lost = Tilgangen gikk tapt under en fornyelse
    .detail = Fortnox fornyet tilgangen, men svaret kom ikke fram, og Fortnox gir det bare én gang.
    .administrator = Autoriser på nytt. En servicekonto har ikke denne svakheten.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-app-changed = Dette systemet er registrert annerledes hos Fortnox enn da tilgangen ble gitt
    .detail = Tilgangen hører til en annen app eller en annen server. Den er latt være som den er.
    .administrator = Autoriser på nytt.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen
    .operator = Sett tilbake den tidligere registreringen hvis endringen var en feil.
    .operator-place = Konfigurasjonen av dette systemet

cause-consent-withdrawn = Tilgangen ble tilbakekalt i Fortnox
    .detail = Noen fjernet denne integrasjonen i Fortnox.
    .administrator = Autoriser på nytt hvis selskapet fortsatt vil ha integrasjonen.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-scope-missing = Tilgangen dekker ikke alt som er valgt
    .detail = Innstillingene krever mer enn det som ble godkjent i Fortnox.
    .administrator = Autoriser på nytt for å godkjenne det som er kommet til.
    .administrator-place = Autoriser på nytt, på siden for denne integrasjonen

cause-scope-withheld = Fortnox ga mindre enn det som ble bedt om: { $area }
    .detail = Rettigheten ble bedt om, men ikke gitt. Å spørre igjen gir det samme til noe er endret i Fortnox.
    .provider-administrator = Sørg for at selskapet har lisens for { $licence }. Autoriser deretter på nytt, og godkjenn alt det bes om.
    .provider-administrator-place = Fortnox, «Tilläggsbeställning»
    .administrator = Eller velg å overføre mindre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-scope-wider = Tilgangen dekker mer enn det ble bedt om
    .detail = Fortnox ga mer enn det innstillingene krever. Det overskytende brukes ikke.
    .administrator = Ingenting må gjøres. Fjern integrasjonen og legg den til på nytt hvis det skal bort.
    .administrator-place = Fjern, på siden for denne integrasjonen

cause-organization-unread = Det er ikke kjent ennå hvilket selskap som er tilkoblet
    .detail = Fortnox ga tilgangen, men opplyste ikke for hvilket selskap. Fortnox blir spurt igjen ved neste kontroll og neste overføring.
    .administrator = Trykk på «Kontroller tilgangen» om en stund. Autoriser på nytt hvis selskapet fortsatt er ukjent.
    .administrator-place = Siden for denne integrasjonen

cause-maintain-stopped = Systemet holder ikke tilgangen i live
    .detail = En persons tilgang til Fortnox dør hvis den ikke fornyes innen 45 dager. Dette systemet skal sørge for det, men har ikke gjort det på flere dager.
    .operator = Sørg for at systemet holder tilkoblinger i live.
    .operator-place = De planlagte jobbene i dette systemet

# ---- årsaker: tilgangen til ett område

cause-right-missing = Brukeren mangler en rettighet i Fortnox: { $area }
    .detail = Tilgangen er gitt, men brukeren som integrasjonen handler som, får ikke bruke { $register } i Fortnox. Å autorisere på nytt som samme bruker endrer ingenting.
    .provider-administrator = Gi brukeren rettigheten («behörighet») til { $register }.
    .provider-administrator-place = Fortnox, «Hantera användare», brukerens «Behörigheter»

cause-area-licence-missing = En lisens mangler i Fortnox: { $area }
    .detail = Fortnox finner ingen aktiv lisens for { $licence }. Med en persons konto er det denne personens lisens som teller. Å autorisere på nytt endrer ingenting.
    .provider-administrator = Bestill én av disse: { $licence }, eller gi brukeren lisensen.
    .provider-administrator-place = Fortnox, «Tilläggsbeställning» og «Hantera användare»
    .administrator = Eller velg å overføre mindre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-scope-refused = Fortnox sier at tilgangen ikke dekker: { $area }
    .detail = Fortnox sier at tilgangen ikke har rettigheten (scope) for dette. Bare å autorisere på nytt endrer ingenting.
    .operator = Kontroller at appen har rettigheten (scope) og at den blir bedt om; la deretter selskapet autorisere på nytt.
    .operator-place = Fortnox Developer Portal, rettighetene til appen
    .administrator = Velg inntil videre å overføre mindre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-area-refused = Fortnox avslår: { $area }
    .detail = Fortnox oppgir ingen grunn som integrasjonen kjenner; Fortnox' egne ord, om det var noen, står ved siden av.
    .provider-administrator = Gjør det Fortnox sier. Er det uklart, spør Fortnox og oppgi ordene og koden.
    .provider-administrator-place = Brukerstøtten hos Fortnox
    .administrator = Velg inntil videre å overføre mindre.
    .administrator-place = Innstillingene for denne integrasjonen

cause-token-refused = Fortnox godtar ikke tilgangen som nettopp ble fornyet
    .detail = Tilgangen kan fornyes og avslås likevel. Det skjer når selskapets Fortnox-konto er låst. Bare å autorisere på nytt endrer ingenting.
    .provider-administrator = Logg inn i Fortnox og ordne det som låser kontoen.
    .provider-administrator-place = Fortnox, startsiden etter innlogging
    .provider = Forklar avslaget, hvis det ikke går over.
    .provider-place = Brukerstøtten hos Fortnox

# ---- årsaker: verdt å prøve igjen

cause-provider-unreachable = Fortnox kunne ikke nås
    .detail = Forespørselen forlot ikke dette systemet. Ingenting gikk tapt i Fortnox.
    .administrator = Prøv igjen om en stund.
    .administrator-place = Siden for denne integrasjonen
    .operator = Kontroller navneoppslag, nettverk og sertifikater hvis feilen vedvarer.
    .operator-place = Nettverket til dette systemet

cause-provider-silent = Fortnox svarte ikke
    .detail = Forespørselen ble sendt, men det kom ikke noe fullstendig svar tilbake.
    .administrator = Prøv igjen om en stund.
    .administrator-place = Siden for denne integrasjonen
    .provider = Rett feilen i tjenesten hvis den vedvarer.
    .provider-place = Fortnox, siden om driftsstatus

cause-provider-failing = Fortnox har driftsforstyrrelser
    .detail = Fortnox svarte med en egen feil.
    .administrator = Prøv igjen om en stund.
    .administrator-place = Siden for denne integrasjonen
    .provider = Rett feilen i tjenesten hvis den vedvarer.
    .provider-place = Fortnox, siden om driftsstatus

cause-rate-limited = For mange forespørsler på én gang
    .detail = Fortnox tar imot et begrenset antall forespørsler. Det blir en kort pause.
    .administrator = Prøv igjen om et minutt.
    .administrator-place = Siden for denne integrasjonen

cause-renewal-under-way = Tilgangen fornyes akkurat nå
    .detail = En annen del av systemet holder på, eller utfallet ventes på.
    .administrator = Prøv igjen om et øyeblikk.
    .administrator-place = Siden for denne integrasjonen

cause-busy = Tilkoblingen blir endret av noen andre
    .detail = Flere endringer ble gjort samtidig. Ingenting gikk tapt.
    .administrator = Prøv igjen.
    .administrator-place = Siden for denne integrasjonen

# ---- årsaker: det som er lagret

cause-storage-unavailable = Dette systemet kan ikke lagre akkurat nå
    .detail = Lagringen i dette systemet svarer ikke eller skriver ikke.
    .operator = Kontroller databasen: plass, tilgangsrettigheter og låser.
    .operator-place = Lagringen i dette systemet

cause-cell-unreadable = Lagrede data for denne tilkoblingen er skadet
    .detail = Det som er lagret for denne tilkoblingen, kan ikke leses. Det er ikke rørt.
    .operator = Gjenopprett dataene fra en sikkerhetskopi, eller fjern tilkoblingen og legg den til på nytt.
    .operator-place = Lagringen i dette systemet

cause-cell-newer = Lagrede data for denne tilkoblingen har en nyere versjon
    .detail = En nyere versjon av denne integrasjonen har skrevet her. Det er ikke rørt.
    .operator = Oppdater integrasjonen til den nyere versjonen.
    .operator-place = Plugin-filen i dette systemet

# ---- autorisere og fjerne

cause-authorize = Godkjenne i Fortnox
    .detail = Dialogen i Fortnox er på svensk: «Välj företag» velger selskapet, «Godkänn & aktivera» godkjenner, «Avbryt» avslår.
    .provider-administrator = En servicekonto må godkjennes av en systemadministrator («systemadministratör»).
    .provider-administrator-place = Fortnox, «Godkänn & aktivera»

cause-remove = Når integrasjonen fjernes
    .detail = Tilgangen tilbakekalles i Fortnox, og alt som er lagret for denne tilkoblingen, slettes. Selskapsloggen blir stående. Ingenting slettes i selskapets registre i Fortnox.
    .provider-administrator = Servicekontoen forblir godkjent i Fortnox til integrasjonen fjernes også der.
    .provider-administrator-place = Fortnox, «Hantera integrationer»

remaining-service = Servicekontoen forblir godkjent i Fortnox. Fjern integrasjonen også der.
remaining-unconfirmed = Fortnox bekreftet ikke at tilgangen er tilbakekalt. Fjern integrasjonen også der.
remaining-place = Fortnox, «Hantera integrationer»
