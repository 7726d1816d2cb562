# Sidens egne ord. Det en integrasjon sier om seg selv, står ikke her.
# Én linje per tekst; de samme navnene og variablene på hvert språk.

product = Demo ERP
title = { $page } – { $product }
skip = Hopp til innholdet
navigation = Hovedmeny
language = Språket på siden
sign-out = Logg ut
footer = En eksempelside for demonstrasjoner: ingen trenger passord her.
simulator = Velg hvem som logger inn og hva som går galt hos leverandøren

sign-in-title = Logg inn
sign-in-lead = Dette er en demonstrasjon, så det er ikke noe passord. Velg hvem du er.
sign-in-as = Logg inn som { $name }
to-sign-in = Gå til innlogging

list-title = Integrasjoner
list-title-search = Integrasjoner: søk
list-lead = Koble selskapet ditt til de andre systemene dere bruker.
search-label = Søk etter en integrasjon
search = Søk
list-empty = Ingenting ble funnet for «{ $sought }»
list-empty-text = Prøv et annet ord eller en del av navnet.
list-all = Vis alle integrasjoner
vendor = Laget av { $vendor }
version = Versjon { $version }
homepage = Les om { $name }
back-to-list = Alle integrasjoner
back-to-integration = Tilbake til siden for { $name }

stage-unconfigured = Ikke satt opp
stage-unauthorized = Tilgang ikke gitt
stage-authorizing = Venter på godkjenning
stage-failed = Autoriseringen mislyktes
stage-authorized = Tilkoblet
stage-attention = Må følges opp
stage-off = Tilkoblet, men slått av

integration-title = { $name }: { $stage }
integration-title-error = Feil: kontroller innstillingene for { $name } ({ $stage })
connection = Tilkobling
settings = Innstillinger
about = Om integrasjonen
organization = Selskap
organization-number = Organisasjonsnummer
organization-unknown = Det er ennå ikke kjent hvilket selskap det er.
holder = Tilgangen tilhører
granted = Gitt
renew-by = Må fornyes innen
access = Tilgang per område
since = Siden
code = Kode til brukerstøtten:
place = Hvor:
provider-says = { $name } sier:
awaited = Godkjenningen ventes til
awaited-help = Er vinduet lukket, trykker du på Autoriser for å begynne på nytt.
failed-again = Det nye forsøket mislyktes:
time-unknown = ukjent tid

authorize = Autoriser
reauthorize = Autoriser på nytt
authorize-help = Du går videre til { $name }, logger inn og godkjenner. Deretter kommer du tilbake hit.
save = Lagre
save-help = Hvis tilgang fortsatt mangler, går du videre til { $name } for å godkjenne den.
switch = Bruk integrasjonen
switch-on-help = Den er på. Slår du den av, beholdes tilgangen.
switch-off-help = Den er av. Ingenting overføres.
remove = Fjern
remove-link = Fjern integrasjonen

required = (må fylles ut)
locked = Kan ikke endres så lenge tilgang er gitt.
secret-kept = Lagret, men vises ikke
yes = Ja
no = Nei
error = Feil:
errors-title = Innstillingene kunne ikke lagres

notice-saved = Innstillingene er lagret.
notice-granted = Tilgang er gitt
notice-granted-partly = Tilgang er gitt, men noe må fortsatt følges opp
notice-granted-next = Slå på integrasjonen når du er klar.
notice-enabled = Integrasjonen er slått på.
notice-disabled = Integrasjonen er slått av.
kept-title = Godkjenningen har kommet, men kunne ikke fullføres
kept-text = Ingenting er tapt. Prøv igjen om litt; du trenger ikke å logge inn en gang til.
kept-again = Prøv igjen

severity-info = Greit å vite
severity-warning = Advarsel
severity-error = Problem som må løses
verdict-unchecked = Ikke kontrollert ennå
verdict-granted = Virker
verdict-missing-scope = Ikke med i godkjenningen
verdict-missing-licence = Selskapet mangler lisensen
verdict-missing-right = Brukeren mangler rettigheten
verdict-unknown = Nektet
actor-administrator = Du
actor-provider-administrator = Systemadministrator i { $name }
actor-operator = Den som drifter Demo ERP

waiting-title = Et øyeblikk
waiting-text = { $name } bekrefter godkjenningen din. Siden går videre av seg selv.
waiting-link = Fortsett hvis ingenting skjer
leave-title = Videre til { $name }
leave-text = Du sendes videre til { $name }.
leave-link = Fortsett til { $name }

removal-title = Vil du fjerne { $name }?
removal-what = Dette skjer
removal-text = Tilgangen gis tilbake, og alt som er lagret for { $name }, blir slettet.
removal-keep = Behold
removed-title = { $name } er fjernet
removed-revoked = { $name } har bekreftet at tilgangen er borte.
removed-nothing = Alt som var lagret her, er slettet. Det var ingen tilgang å gi tilbake.
removed-unrevoked = Alt som var lagret her, er slettet. { $name } har ikke bekreftet at tilgangen er borte.
removed-left = Det som gjenstår for deg

log-title = Selskapslogg
log-lead = Det som har skjedd hos { $company }, det nyeste først.
log-empty = Ingenting har skjedd ennå.
log-nobody = Av seg selv
log-pages = Sidene i loggen
log-newest = Nyeste oppføringer
log-older = Eldre oppføringer
level-detail = Detalj
level-info = Informasjon
level-warn = Advarsel
level-error = Feil

mail-subject = { $product }: { $company } – { $title }
mail-subject-more = { $product }: { $company } – { $title } (+{ $count })
mail-lead = Koblingen mellan { $company } og { $name } trenger noens oppmerksomhet.
mail-company = Selskap i dette systemet
mail-organization = Selskap hos { $name }
mail-concerns = Gjelder
mail-ways = Dette hjelper
mail-open = Til integrasjonen
mail-actor-administrator = Administrator i { $product }
mail-why = Du får denne e-posten fordi { $address } er oppgitt for meldinger i innstillingene for { $name } hos { $company }.
mail-stop = Hvis du ikke vil ha flere, endrer eller tømmer du feltet «{ $field }» der.
mail-often = Så lenge det vedvarer, blir det meldt høyst én gang om dagen.

cause-unknown = Noe stemmer ikke
cause-unknown-text = Det finnes ingen forklaring på dette. Prøv igjen, og kontakt brukerstøtten hvis det ikke hjelper.
cause-provider = Leverandøren nektet
cause-provider-text = Leverandøren oppga en egen grunn.

problem-not-found = Siden finnes ikke
problem-not-found-text = Adressen kan være feilskrevet, eller siden er flyttet.
problem-form = Forespørselen kan ikke forstås
problem-form-text = Gå tilbake, last siden på nytt og prøv en gang til. Ingenting er endret.
problem-signed-out = Du er ikke lenger logget inn
problem-signed-out-text = Du var borte en stund eller logget ut i en annen fane. Ingenting er endret. Logg inn og prøv igjen.
problem-forged = Skjemaet gjelder ikke lenger
problem-forged-text = Det ble laget for en annen økt eller på en annen side. Ingenting er endret. Last siden på nytt og prøv en gang til.
problem-elsewhere = Dette er ikke adressen til siden
problem-elsewhere-text = Skjemaer tas bare imot på { $address }. Åpne den adressen og prøv igjen. Ingenting er endret.
problem-not-yours = Denne returen hører ikke til deg
problem-not-yours-text = Den kommer ikke fra en autorisering som du startet i denne nettleseren og økten, eller den er for gammel. Ingenting er endret. Åpne integrasjonen og start autoriseringen på nytt.
problem-too-many = For mange mislykkede returer
problem-too-many-text = Vent noen minutter, og start deretter autoriseringen på nytt.
problem-no-way = Det finnes ingen vei til leverandøren
problem-no-way-text = Integrasjonen ga en adresse som ikke kan åpnes. Kontakt den som drifter Demo ERP.
problem-internal = Noe gikk galt her
problem-internal-text = Det er ikke din feil, og ingenting du har lagret, er tapt. Prøv igjen om litt, og kontakt den som drifter Demo ERP hvis det ikke hjelper.
