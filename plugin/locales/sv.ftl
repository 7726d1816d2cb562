# Det som människor läser. Ett meddelande per text; samma id:n, attribut och
# variabler på alla språk (byggskriptet håller ihop dem).
#
# `cause-<code>` är en orsak: dess rubrik, `.detail` och åtgärderna i den ordning
# de används. En åtgärd heter efter den som utför den (`administrator` i
# värdsystemet, `provider-administrator` i Fortnox, `operator` för värdsystemet,
# `provider`), med `-place` för var man klickar. Fortnox egna ord står inom
# citattecken.

# ---- vad det är

summary = Överför kunder, projekt, fakturor och betalningar mellan det här systemet och Fortnox.

# ---- formuläret

section-transfer = Vad som ska överföras
section-account = Vilket konto integrationen använder
section-contact = Språk och aviseringar

area-customers = Kunder
area-customers-help = Nya och ändrade kunder skickas till kundregistret i Fortnox.
area-projects = Projekt
area-projects-help = Nya och ändrade projekt skickas till Fortnox.
area-invoices = Fakturor
area-invoices-help = Färdiga fakturor skickas till Fortnox och bokförs där.
area-payments = Betalningar
area-payments-help = Betalningar av fakturor hämtas från Fortnox.
area-supplier-invoices = Leverantörsfakturor
area-supplier-invoices-help = Leverantörsfakturor hämtas från Fortnox som projektkostnader.
area-all = Alla områden
area-any = ett område
quoted = ”{ $text }”
register-any = registret det gäller
licence-any = modulen det gäller

field-account = Konto i Fortnox
field-account-help = Ett servicekonto är inte knutet till en person och fortsätter att fungera när någon slutar. Bara en systemadministratör i Fortnox kan godkänna det. Vill du ändra kontotypen senare tar du bort integrationen och lägger till den igen.
account-service = Servicekonto (rekommenderas)
account-user = Kontot för den person som godkänner
field-language = Språk
field-language-help = Språket i företagsloggen och i aviseringar.
language-sv = Svenska
language-nb = Norska
language-en = Engelska
field-notices = E-postadress för felaviseringar
field-notices-help = Får besked när någon behöver åtgärda något. Kan lämnas tomt.

problem-unknown = Inställningen finns inte.
problem-duplicate = Inställningen har angetts mer än en gång.
problem-toggle = Välj ja eller nej.
problem-choice = Välj ett av alternativen.
problem-email = Ange en enda e-postadress, till exempel namn@example.com.
problem-locked = Kontotypen kan inte ändras så länge åtkomst är beviljad. Vill du ändra den tar du bort integrationen och lägger till den igen.

# ---- hur det står till

headline-unconfigured = Integrationen med Fortnox är inte konfigurerad ännu. Välj vad som ska överföras och spara.
headline-unauthorized = Åtkomst till Fortnox har inte beviljats ännu.
headline-authorizing = Väntar på godkännandet i Fortnox.
headline-failed = Åtkomst till Fortnox beviljades inte.
headline-authorized = Ansluten till Fortnox.
headline-authorized-organization = Ansluten till { $name } i Fortnox.
headline-authorized-disabled = Åtkomst till Fortnox är beviljad, men integrationen är avstängd.
headline-attention = Anslutningen till Fortnox behöver ses över.
holder-service = Servicekonto
holder-user = Användare { $number } i Fortnox
holder-unknown-user = Den person som godkände

# ---- vem som gör något

actor-administrator = Administratör
actor-provider-administrator = Systemadministratör i Fortnox
actor-operator = Systemets driftansvariga
actor-provider = Fortnox själva

remedy-service-account = Eller använd ett servicekonto, som inte behöver någon persons behörighet: ta bort integrationen, lägg till den igen med servicekonto och låt en systemadministratör godkänna den i Fortnox.
remedy-service-account-place = Ta bort, på sidan för den här integrationen

# ---- företagsloggen

log-settings-saved = Inställningarna sparades.
log-authorization-started = Auktoriseringen startades. Väntar på godkännandet i Fortnox.
log-authorization-succeeded = Åtkomst till Fortnox beviljades för { $name } ({ $number }).
log-authorization-succeeded-unread = Åtkomst till Fortnox beviljades, men Fortnox har ännu inte meddelat för vilket företag.
log-authorization-failed = Auktoriseringen misslyckades: { $title }. { $detail }
log-authorization-impossible = Auktoriseringen kan inte startas: { $title }. { $detail }
log-scope-not-registered = Auktoriseringen kan inte startas: scope { $scope } är inte registrerat för den här appen hos Fortnox.
log-callback-unknown = En återgång från Fortnox avvisades: ingen auktorisering pågår.
log-callback-foreign = En återgång från Fortnox avvisades: den hör inte till den auktorisering som pågår.
log-callback-used = En återgång från Fortnox avvisades: den hade redan använts.
log-callback-expired = En återgång från Fortnox avvisades: den kom efter mer än tio minuter.
log-callback-other-browser = En återgång från Fortnox avvisades: den kom från en annan webbläsare än den där auktoriseringen startades.
log-callback-malformed = En återgång från Fortnox avvisades: den är felaktigt utformad.
log-organization-identified = Det anslutna företaget är { $name } ({ $number }).
log-organization-unread = Fortnox meddelade inte vilket företag som är anslutet. { $words }
log-scopes-wider = Fortnox beviljade mer än vad som begärdes: { $scopes }.
log-scopes-narrower = Fortnox beviljade mindre än vad som begärdes. Det här saknas: { $scopes }.
log-grant-renewed = Åtkomsten till Fortnox förnyades.
log-refresh-token-unusable = Fortnox svarade med en förnyelsekod som inte går att använda. Den nuvarande behålls.
log-renewal-failed = Åtkomsten till Fortnox går inte att förnya: { $title }. { $detail }
log-refusal = { $title }. { $detail }
log-provider-says = Fortnox säger: { $words }.
log-what-to-do = Gör så här: { $steps }
log-access-recovered = { $area }: Fortnox godtar åtkomsten igen.
log-renewal-recovered = Åtkomsten till Fortnox går att förnya igen.
log-enabled = Integrationen slogs på.
log-disabled = Integrationen stängdes av.
log-removed = Integrationen togs bort och åtkomsten återkallades i Fortnox.
log-removed-unconfirmed = Integrationen togs bort. Fortnox bekräftade inte att åtkomsten är återkallad.
log-removed-unauthorized = Integrationen togs bort. Det fanns ingen åtkomst att återkalla.

# ---- orsaker: anropet passar inte det nuvarande läget

cause-unconfigured = Integrationen har inga inställningar ännu
    .detail = Innan åtkomst kan beviljas måste du välja vad som ska överföras och spara.
    .administrator = Välj vad som ska överföras och spara.
    .administrator-place = Inställningarna för den här integrationen

cause-disabled = Integrationen är avstängd
    .detail = Åtkomst är beviljad, men inget överförs så länge integrationen är avstängd.
    .administrator = Slå på integrationen.
    .administrator-place = Reglaget på sidan för den här integrationen

cause-removing = Integrationen håller på att tas bort
    .detail = Borttagningen har påbörjats men inte slutförts. Inget annat kan göras med den här anslutningen.
    .administrator = Ta bort integrationen en gång till. Sedan kan den läggas till igen.
    .administrator-place = Ta bort, på sidan för den här integrationen

cause-call-invalid = Det här systemet bad om något som inte går att begära av Fortnox
    .detail = Sökvägen lämnar API:et, eller så är metoden eller ett sidhuvud felaktigt. Ingenting skickades.
    .operator = Rapportera felet till systemets tillverkare.
    .operator-place = Det här systemets support

# ---- orsaker: driftansvarig

cause-unregistered = Det här systemet är inte registrerat hos Fortnox
    .detail = Innan något företag kan anslutas måste systemets driftansvariga registrera det som en app hos Fortnox.
    .operator = Registrera en app och ange dess klient-id, klienthemlighet och omdirigerings-URI i det här systemets konfiguration.
    .operator-place = Fortnox Developer Portal

cause-client-id-invalid = Registreringen hos Fortnox är ofullständig
    .detail = Det konfigurerade klient-id:t är tomt eller innehåller tecken som inte får finnas i ett klient-id.
    .operator = Kopiera klient-id:t från appen till det här systemets konfiguration.
    .operator-place = Fortnox Developer Portal, appens klient-id

cause-redirect-uri-invalid = Det här systemets returadress går inte att använda
    .detail = Omdirigerings-URI:n måste vara en absolut https-adress utan användarnamn och fragment, och utan parametrar med namnen code, state, error eller iss. Vanlig http godtas bara för en loopback-IP-adress.
    .operator = Rätta omdirigerings-URI:n i det här systemets konfiguration och, tecken för tecken, i appen.
    .operator-place = Fortnox Developer Portal, appens omdirigerings-URI

cause-endpoint-invalid = En adress till Fortnox går inte att använda
    .detail = En konfigurerad slutpunkt är inte en absolut https-adress utan användarnamn och fragment. Vanlig http godtas bara för en loopback-IP-adress.
    .operator = Rätta slutpunkterna i det här systemets konfiguration eller utelämna dem.
    .operator-place = Det här systemets konfiguration

cause-scope-not-registered = Det här systemet får inte begära allt som har valts
    .detail = Inställningarna kräver ett scope som appen inte har hos Fortnox. Att auktorisera igen hjälper inte förrän det är registrerat.
    .operator = Lägg till behörigheten (scope) i appen och i det här systemets konfiguration.
    .operator-place = Fortnox Developer Portal, appens behörigheter
    .administrator = Välj att överföra mindre så länge.
    .administrator-place = Inställningarna för den här integrationen

cause-client-credentials-refused = Fortnox godtar inte det här systemets inloggningsuppgifter
    .detail = Klient-id:t eller klienthemligheten är fel. Inget företag har förlorat sin åtkomst, och det hjälper inte att auktorisera igen.
    .operator = Ange appens nuvarande klienthemlighet i det här systemets konfiguration.
    .operator-place = Fortnox Developer Portal, appens klienthemlighet

cause-redirect-uri-refused = Fortnox känner till en annan returadress
    .detail = Det här systemets omdirigerings-URI är inte den som är registrerad för appen.
    .operator = Se till att de två stämmer överens tecken för tecken.
    .operator-place = Fortnox Developer Portal, appens omdirigerings-URI

cause-service-account-not-allowed = Det här systemet får inte använda servicekonton
    .detail = Appen är inte inställd för auktorisering som servicekonto.
    .operator = Tillåt auktorisering som servicekonto för appen.
    .operator-place = Fortnox Developer Portal, appens inställningar för auktorisering
    .administrator = Använd så länge kontot för den person som godkänner. Finns åtkomst redan: ta först bort integrationen och lägg till den igen.
    .administrator-place = Inställningarna för den här integrationen

cause-request-refused = Fortnox godtog inte det här systemets förfrågan
    .detail = Enligt Fortnox är själva förfrågan felaktig. Felet ligger i det här systemet, inte i dina inställningar.
    .operator = Leta upp posten i företagsloggen och rapportera den till integrationens utvecklare.
    .operator-place = Företagsloggen

cause-egress-denied = Det här systemet får inte kontakta Fortnox
    .detail = Det här systemets nätverkspolicy stoppade förfrågan innan den skickades.
    .operator = Tillåt Fortnox adresser (origins) eller rätta slutpunkterna i det här systemets konfiguration.
    .operator-place = Det här systemets konfiguration

cause-pkce-off = PKCE är avstängt
    .detail = Den driftansvariga har stängt av bevisnyckeln (RFC 7636) som skyddar auktoriseringskoden. Övriga skydd finns kvar.
    .operator = Slå på PKCE igen, såvida inte servern saknar stöd för det.
    .operator-place = Det här systemets konfiguration

# ---- orsaker: vägen till Fortnox och tillbaka

cause-callback-malformed = Återgången från Fortnox gick inte att läsa
    .detail = Adressen som webbläsaren kom tillbaka med är felaktigt utformad. Inget ändrades.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-state-rejected = Den här återgången från Fortnox stämmer inte
    .detail = Återgången är okänd, har redan använts, är äldre än tio minuter eller hör till en annan webbläsare. Inget ändrades.
    .administrator = Starta auktoriseringen igen och slutför den i samma webbläsare inom tio minuter.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-issuer-rejected = Återgången kommer inte från Fortnox
    .detail = Svaret anger en annan auktoriseringsserver än den som tillfrågades. Det användes inte.
    .administrator = Starta auktoriseringen igen. Kontakta systemets driftansvariga om det händer en gång till.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades
    .operator = Kontrollera den konfigurerade utfärdaren och slutpunkterna.
    .operator-place = Det här systemets konfiguration

cause-empty-callback = Webbläsaren kom tillbaka från Fortnox utan svar
    .detail = Fortnox skickade tillbaka webbläsaren utan vare sig godkännande eller skäl. Det händer när företagets konto hos Fortnox är spärrat, till exempel för att en faktura från Fortnox är obetald.
    .provider-administrator = Logga in i Fortnox och åtgärda det som spärrar kontot.
    .provider-administrator-place = Fortnox, startsidan efter inloggningen
    .administrator = Starta sedan auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-attempt-expired = Ingen kom tillbaka från Fortnox i tid
    .detail = Auktoriseringen startades, men godkännandet i Fortnox slutfördes inte inom tio minuter.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-exchange-interrupted = Auktoriseringen avbröts
    .detail = Godkännandet kom fram, men det här systemet avbröts innan åtkomsten var på plats.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-settings-changed = Inställningarna ändrades under tiden
    .detail = Kontotypen ändrades medan godkännandet i Fortnox pågick, så godkännandet gäller fel kontotyp.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-registration-changed = Det här systemet konfigurerades om under tiden
    .detail = Det här systemets registrering hos Fortnox ändrades medan godkännandet pågick.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-user-declined = Åtkomsten godkändes inte i Fortnox
    .detail = Någon valde ”Avbryt” i stället för ”Godkänn & aktivera”. Inget ändrades.
    .administrator = Starta auktoriseringen igen och godkänn den.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-not-system-administrator = Bara en systemadministratör kan godkänna ett servicekonto
    .detail = Personen som loggade in i Fortnox är inte ”systemadministratör” för företaget.
    .provider-administrator = Låt en systemadministratör för företaget genomföra auktoriseringen.
    .provider-administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades
    .administrator = Eller använd kontot för den person som godkänner i stället för ett servicekonto. Finns åtkomst redan: ta först bort integrationen och lägg till den igen.
    .administrator-place = Inställningarna för den här integrationen

cause-integration-licence-missing = En licens saknas i Fortnox
    .detail = Företaget, eller den person som godkänner, saknar licensen för integrationer eller för något av de valda områdena. Att auktorisera igen hjälper inte förrän licensen finns.
    .provider-administrator = Beställ licensen ”Integration” eller den modul som saknas och tilldela användaren den.
    .provider-administrator-place = Fortnox, ”Tilläggsbeställning” och ”Hantera användare”
    .administrator = Auktorisera sedan igen. Var det en överföring som nekades räcker ”Kontrollera åtkomsten”.
    .administrator-place = Sidan för den här integrationen
    .administrator-2 = Eller välj att överföra mindre.
    .administrator-2-place = Inställningarna för den här integrationen

cause-app-licence-missing = Integrationen har inte köpts i Fortnox
    .detail = Fortnox säljer den här integrationen på sin marknadsplats, och företaget har inte köpt den ännu.
    .provider-administrator = Leta upp integrationen, köp den och aktivera den.
    .provider-administrator-place = Fortnox, ”Integrationer”
    .administrator = Starta sedan auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-code-refused = Godkännandet gällde inte längre hos Fortnox
    .detail = Godkännandet var för gammalt eller hade redan använts. Ett godkännande gäller en gång, i tio minuter.
    .administrator = Starta auktoriseringen igen.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades

cause-answer-unusable = Svaret från Fortnox gick inte att använda
    .detail = Fortnox svarade, men inte med en användbar åtkomst. Det kan bero på driftstörningar.
    .administrator = Starta auktoriseringen igen om en stund.
    .administrator-place = ”Auktorisera” eller ”Auktorisera igen”, på sidan där det startades
    .provider = Rätta svaret från tokenslutpunkten.
    .provider-place = Supporten hos Fortnox

cause-another-organization = Ett annat företag valdes i Fortnox
    .detail = Den här anslutningen hör till ett annat företag i Fortnox än det som valdes nu. Den nuvarande åtkomsten behölls och den nya förkastades.
    .administrator = Auktorisera igen och välj samma företag som tidigare under ”Välj företag”.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen
    .administrator-2 = Vill du byta till ett annat företag tar du bort integrationen och lägger till den igen.
    .administrator-2-place = Ta bort, på sidan för den här integrationen

cause-organization-unverified = Fortnox talade inte om vilket företag som godkände
    .detail = Den nya åtkomsten användes inte, eftersom det inte gick att veta om den gäller samma företag som förut. Allt är som det var.
    .administrator = Auktorisera igen om en stund.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-provider-refused = Fortnox nekade åtkomst
    .detail = Fortnox angav ett skäl som den här integrationen inte känner till. Fortnox egna ord finns i företagsloggen.
    .administrator = Gör det som Fortnox anger och starta auktoriseringen igen.
    .administrator-place = Företagsloggen
    .provider = Förklara varför åtkomsten nekades.
    .provider-place = Supporten hos Fortnox

# ---- orsaker: åtkomsten

cause-unauthorized = Åtkomst till Fortnox har inte beviljats
    .detail = Någon behöver logga in i Fortnox och godkänna åtkomsten.
    .administrator = Starta auktoriseringen.
    .administrator-place = Auktorisera, på sidan för den här integrationen

cause-grant-refused = Fortnox godtar inte längre åtkomsten
    .detail = Åtkomsten beviljades en gång, men Fortnox nekar den nu.
    .administrator = Auktorisera igen.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-grant-expired = Åtkomsten har gått ut
    .detail = Åtkomsten förnyades inte i tid, och Fortnox godtar den inte längre.
    .administrator = Auktorisera igen.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-grant-expiring = Åtkomsten upphör snart om den inte förnyas
    .detail = En persons åtkomst räcker 45 dagar från den senaste förnyelsen, som inte har lyckats på ett tag.
    .administrator = Auktorisera igen. Ett servicekonto har inte det här slutdatumet.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen
    .operator = Se till att systemet håller anslutningar vid liv.
    .operator-place = Det här systemets schemalagda uppgifter

cause-renewal-lost = Åtkomsten gick förlorad vid en förnyelse
    .detail = Fortnox förnyade åtkomsten, men svaret kom inte fram, och Fortnox lämnar det bara en gång.
    .administrator = Auktorisera igen. Ett servicekonto har inte den här svagheten.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-app-changed = Det här systemet är registrerat på ett annat sätt hos Fortnox än när åtkomst gavs
    .detail = Åtkomsten hör till en annan app eller en annan server. Den har lämnats som den är.
    .administrator = Auktorisera igen.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen
    .operator = Återställ den tidigare registreringen om ändringen var ett misstag.
    .operator-place = Det här systemets konfiguration

cause-consent-withdrawn = Åtkomsten återkallades i Fortnox
    .detail = Någon tog bort den här integrationen i Fortnox.
    .administrator = Auktorisera igen om företaget fortfarande vill ha integrationen.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-scope-missing = Åtkomsten omfattar inte allt som har valts
    .detail = Inställningarna kräver mer än vad som godkändes i Fortnox.
    .administrator = Auktorisera igen för att godkänna det som har tillkommit.
    .administrator-place = Auktorisera igen, på sidan för den här integrationen

cause-scope-withheld = Fortnox beviljade mindre än vad som begärdes: { $area }
    .detail = Scopet begärdes men beviljades inte. Att fråga igen ger samma svar tills något har ändrats i Fortnox.
    .provider-administrator = Se till att företaget har licens för { $licence }. Auktorisera sedan igen och godkänn allt som begärs.
    .provider-administrator-place = Fortnox, ”Tilläggsbeställning”
    .administrator = Eller välj att föra över mindre.
    .administrator-place = Inställningarna för den här integrationen

cause-scope-wider = Åtkomsten omfattar mer än vad som begärdes
    .detail = Fortnox beviljade mer än vad inställningarna kräver. Det som är för mycket används inte.
    .administrator = Ingenting behöver göras. Ta bort integrationen och lägg till den igen om det ska bort.
    .administrator-place = Ta bort, på sidan för den här integrationen

cause-organization-unread = Det är inte känt ännu vilket företag som är anslutet
    .detail = Fortnox beviljade åtkomsten men meddelade inte för vilket företag. Fortnox tillfrågas igen vid nästa kontroll och nästa överföring.
    .administrator = Tryck på ”Kontrollera åtkomsten” om en stund. Auktorisera igen om företaget fortfarande är okänt.
    .administrator-place = Sidan för den här integrationen

cause-maintain-stopped = Systemet håller inte åtkomsten vid liv
    .detail = En persons åtkomst till Fortnox dör om den inte förnyas inom 45 dagar. Det här systemet ska se till det, men har inte gjort det på flera dagar.
    .operator = Se till att systemet håller anslutningar vid liv.
    .operator-place = Det här systemets schemalagda jobb

# ---- orsaker: åtkomsten till ett område

cause-right-missing = Användaren saknar behörighet i Fortnox: { $area }
    .detail = Åtkomsten är beviljad, men användaren som integrationen agerar som får inte använda { $register } i Fortnox. Att auktorisera igen som samma användare ändrar ingenting.
    .provider-administrator = Ge användaren behörighet till { $register }.
    .provider-administrator-place = Fortnox, ”Hantera användare”, användarens ”Behörigheter”

cause-area-licence-missing = En licens saknas i Fortnox: { $area }
    .detail = Fortnox hittar ingen aktiv licens för { $licence }. Med en persons konto är det den personens licens som räknas. Att auktorisera igen ändrar ingenting.
    .provider-administrator = Beställ någon av dessa: { $licence }, eller ge användaren licensen.
    .provider-administrator-place = Fortnox, ”Tilläggsbeställning” och ”Hantera användare”
    .administrator = Eller välj att föra över mindre.
    .administrator-place = Inställningarna för den här integrationen

cause-scope-refused = Fortnox säger att åtkomsten inte omfattar: { $area }
    .detail = Fortnox säger att åtkomsten inte har scopet för detta. Att bara auktorisera igen ändrar ingenting.
    .operator = Kontrollera att appen har behörigheten (scope) och att den begärs; låt sedan företaget auktorisera igen.
    .operator-place = Fortnox Developer Portal, appens behörigheter
    .administrator = Välj tills vidare att föra över mindre.
    .administrator-place = Inställningarna för den här integrationen

cause-area-refused = Fortnox nekar: { $area }
    .detail = Fortnox anger inget skäl som integrationen känner till; Fortnox egna ord, om det fanns några, står bredvid.
    .provider-administrator = Gör vad Fortnox säger. Är det oklart, fråga Fortnox och ange deras ord och kod.
    .provider-administrator-place = Supporten hos Fortnox
    .administrator = Välj tills vidare att föra över mindre.
    .administrator-place = Inställningarna för den här integrationen

cause-token-refused = Fortnox godtar inte åtkomsten som nyss förnyades
    .detail = Åtkomsten går att förnya men nekas ändå. Det händer när företagets Fortnoxkonto är låst. Att bara auktorisera igen ändrar ingenting.
    .provider-administrator = Logga in i Fortnox och red ut det som låser kontot.
    .provider-administrator-place = Fortnox, startsidan efter inloggningen
    .provider = Förklara avslaget, om det inte går över.
    .provider-place = Supporten hos Fortnox

# ---- orsaker: värt att försöka igen

cause-provider-unreachable = Fortnox gick inte att nå
    .detail = Förfrågan lämnade inte det här systemet. Inget gick förlorat i Fortnox.
    .administrator = Försök igen om en stund.
    .administrator-place = Sidan för den här integrationen
    .operator = Kontrollera namnuppslagning, nätverk och certifikat om felet kvarstår.
    .operator-place = Det här systemets nätverk

cause-provider-silent = Fortnox svarade inte
    .detail = Förfrågan skickades, men inget fullständigt svar kom tillbaka.
    .administrator = Försök igen om en stund.
    .administrator-place = Sidan för den här integrationen
    .provider = Åtgärda felet i tjänsten om det kvarstår.
    .provider-place = Fortnox, sidan om driftstatus

cause-provider-failing = Fortnox har driftstörningar
    .detail = Fortnox svarade med ett eget fel.
    .administrator = Försök igen om en stund.
    .administrator-place = Sidan för den här integrationen
    .provider = Åtgärda felet i tjänsten om det kvarstår.
    .provider-place = Fortnox, sidan om driftstatus

cause-rate-limited = För många förfrågningar på en gång
    .detail = Fortnox tar emot ett begränsat antal förfrågningar. Det blir en kort paus.
    .administrator = Försök igen om en minut.
    .administrator-place = Sidan för den här integrationen

cause-renewal-under-way = Åtkomsten förnyas just nu
    .detail = En annan del av systemet håller på, eller så inväntas utgången.
    .administrator = Försök igen om en liten stund.
    .administrator-place = Sidan för den här integrationen

cause-busy = Anslutningen ändras av någon annan
    .detail = Flera ändringar gjordes samtidigt. Inget gick förlorat.
    .administrator = Försök igen.
    .administrator-place = Sidan för den här integrationen

# ---- orsaker: det som är lagrat

cause-storage-unavailable = Det här systemet kan inte spara just nu
    .detail = Det här systemets lagring svarar inte eller skriver inte.
    .operator = Kontrollera databasen: utrymme, åtkomsträttigheter och lås.
    .operator-place = Det här systemets lagring

cause-cell-unreadable = Lagrade data för den här anslutningen är skadade
    .detail = Det som har lagrats för den här anslutningen går inte att läsa. Det har lämnats orört.
    .operator = Återställ data från en säkerhetskopia, eller ta bort anslutningen och lägg till den igen.
    .operator-place = Det här systemets lagring

cause-cell-newer = Lagrade data för den här anslutningen har en nyare version
    .detail = En nyare version av den här integrationen har skrivit här. Det har lämnats orört.
    .operator = Uppdatera integrationen till den nyare versionen.
    .operator-place = Det här systemets pluginfil

# ---- auktorisera och ta bort

cause-authorize = Godkänna i Fortnox
    .detail = Dialogen i Fortnox är på svenska: ”Välj företag” väljer företaget, ”Godkänn & aktivera” godkänner, ”Avbryt” avböjer.
    .provider-administrator = Ett servicekonto måste godkännas av en ”systemadministratör”.
    .provider-administrator-place = Fortnox, ”Godkänn & aktivera”

cause-remove = När integrationen tas bort
    .detail = Åtkomsten återkallas i Fortnox och allt som har lagrats för den här anslutningen raderas. Företagsloggen finns kvar. Inget raderas i företagets register i Fortnox.
    .provider-administrator = Ett servicekonto förblir godkänt i Fortnox tills integrationen tas bort även där.
    .provider-administrator-place = Fortnox, ”Hantera integrationer”

remaining-service = Ett servicekonto förblir godkänt i Fortnox. Ta bort integrationen även där.
remaining-unconfirmed = Fortnox bekräftade inte att åtkomsten är återkallad. Ta bort integrationen även där.
remaining-place = Fortnox, ”Hantera integrationer”
