# Sidans egna ord. Vad en integration säger om sig själv finns inte här.
# En rad per text; samma namn och variabler på varje språk.

product = Demo ERP
title = { $page } – { $product }
skip = Hoppa till innehållet
navigation = Huvudmeny
language = Sidans språk
sign-out = Logga ut
footer = En exempelsida för demonstrationer: ingen behöver lösenord här.
simulator = Välj vem som loggar in och vad som går fel hos leverantören

sign-in-title = Logga in
sign-in-lead = Detta är en demonstration, så det finns inget lösenord. Välj vem du är.
sign-in-as = Logga in som { $name }
to-sign-in = Till inloggningen

list-title = Integrationer
list-title-search = Integrationer: sökning
list-lead = Anslut ditt företag till de andra system ni använder.
search-label = Sök efter en integration
search = Sök
list-empty = Inget hittades för ”{ $sought }”
list-empty-text = Pröva ett annat ord eller en del av namnet.
list-all = Visa alla integrationer
vendor = Utvecklad av { $vendor }
version = Version { $version }
homepage = Mer om { $name }
back-to-list = Alla integrationer
back-to-integration = Tillbaka till { $name }

stage-unconfigured = Inte konfigurerad
stage-unauthorized = Åtkomst inte beviljad
stage-authorizing = Väntar på godkännande
stage-failed = Auktoriseringen misslyckades
stage-authorized = Ansluten
stage-attention = Behöver ses över
stage-off = Ansluten men avstängd

integration-title = { $name }: { $stage }
integration-title-error = Fel: kontrollera inställningarna för { $name } ({ $stage })
connection = Anslutning
settings = Inställningar
about = Om integrationen
organization = Företag
organization-number = Organisationsnummer
organization-unknown = Det är ännu inte känt vilket företag det är.
holder = Åtkomsten tillhör
granted = Beviljad
renew-by = Måste förnyas senast
access = Åtkomst per område
since = Sedan
code = Kod till supporten:
place = Var:
provider-says = { $name } säger:
awaited = Godkännandet inväntas till
awaited-help = Har fönstret stängts trycker du på Auktorisera för att börja om.
failed-again = Det nya försöket misslyckades:
time-unknown = okänd tid

authorize = Auktorisera
reauthorize = Auktorisera igen
authorize-help = Du går vidare till { $name }, loggar in och godkänner. Sedan kommer du tillbaka hit.
save = Spara
save-help = Om åtkomst fortfarande saknas går du vidare till { $name } för att godkänna den.
switch = Använd integrationen
switch-on-help = Den är på. Om du stänger av den behålls åtkomsten.
switch-off-help = Den är av. Inget överförs.
remove = Ta bort
remove-link = Ta bort integrationen

required = (måste fyllas i)
locked = Kan inte ändras så länge åtkomst är beviljad.
secret-kept = Sparad men visas inte
yes = Ja
no = Nej
error = Fel:
errors-title = Inställningarna kunde inte sparas

notice-saved = Inställningarna är sparade.
notice-granted = Åtkomst är beviljad
notice-granted-partly = Åtkomst är beviljad, men något behöver fortfarande ses över
notice-granted-next = Slå på integrationen när du är redo.
notice-enabled = Integrationen är påslagen.
notice-disabled = Integrationen är avstängd.
kept-title = Godkännandet har kommit men kunde inte slutföras
kept-text = Inget är förlorat. Försök igen om en stund; du behöver inte logga in en gång till.
kept-again = Försök igen

severity-info = Bra att veta
severity-warning = Varning
severity-error = Problem att lösa
verdict-unchecked = Inte kontrollerad än
verdict-granted = Fungerar
verdict-missing-scope = Ingår inte i godkännandet
verdict-missing-licence = Företaget saknar licensen
verdict-missing-right = Användaren saknar behörighet
verdict-unknown = Nekad
actor-administrator = Du
actor-provider-administrator = Systemadministratör i { $name }
actor-operator = Den som driver Demo ERP

waiting-title = Ett ögonblick
waiting-text = { $name } bekräftar ditt godkännande. Sidan går vidare av sig själv.
waiting-link = Fortsätt om inget händer
leave-title = Till { $name }
leave-text = Du skickas vidare till { $name }.
leave-link = Fortsätt till { $name }

removal-title = Ska { $name } tas bort?
removal-what = Det här händer
removal-text = Åtkomsten lämnas tillbaka och allt som sparats för { $name } raderas.
removal-keep = Behåll
removed-title = { $name } är borttagen
removed-revoked = { $name } har bekräftat att åtkomsten är borta.
removed-nothing = Allt som sparats här är raderat. Det fanns ingen åtkomst att lämna tillbaka.
removed-unrevoked = Allt som sparats här är raderat. { $name } har inte bekräftat att åtkomsten är borta.
removed-left = Det som återstår för dig att göra

log-title = Företagslogg
log-lead = Vad som har hänt hos { $company }, det senaste först.
log-empty = Inget har hänt ännu.
log-nobody = Av sig själv
log-pages = Loggens sidor
log-newest = Senaste posterna
log-older = Äldre poster
level-detail = Detaljer
level-info = Information
level-warn = Varning
level-error = Fel

mail-subject = { $product }: { $company } – { $title }
mail-subject-more = { $product }: { $company } – { $title } (+{ $count })
mail-lead = Kopplingen mellan { $company } och { $name } behöver någons uppmärksamhet.
mail-company = Företag i det här systemet
mail-organization = Företag hos { $name }
mail-concerns = Gäller
mail-ways = Det här hjälper
mail-open = Till integrationen
mail-actor-administrator = Administratör i { $product }
mail-why = Du får det här mejlet för att { $address } är angiven för meddelanden i inställningarna för { $name } hos { $company }.
mail-stop = Om du inte vill ha fler ändrar eller tömmer du fältet ”{ $field }” där.
mail-often = Så länge det består meddelas det högst en gång om dagen.

cause-unknown = Något stämmer inte
cause-unknown-text = Det finns ingen förklaring till detta. Försök igen och vänd dig till supporten om det inte hjälper.
cause-provider = Leverantören nekade
cause-provider-text = Leverantören angav ett eget skäl.

problem-not-found = Sidan finns inte
problem-not-found-text = Adressen kan vara felskriven, eller så har sidan flyttats.
problem-form = Begäran går inte att förstå
problem-form-text = Gå tillbaka, ladda om sidan och försök en gång till. Inget har ändrats.
problem-signed-out = Du är inte längre inloggad
problem-signed-out-text = Du var borta en stund eller loggade ut i en annan flik. Inget har ändrats. Logga in och försök igen.
problem-forged = Formuläret gäller inte längre
problem-forged-text = Det gjordes för en annan session eller på en annan sida. Inget har ändrats. Ladda om sidan och försök en gång till.
problem-elsewhere = Det här är inte sidans adress
problem-elsewhere-text = Formulär tas bara emot på { $address }. Öppna den adressen och försök igen. Inget har ändrats.
problem-not-yours = Återkomsten hör inte till dig
problem-not-yours-text = Den kommer inte från en auktorisering som du startade i den här webbläsaren och sessionen, eller så är den för gammal. Inget har ändrats. Öppna integrationen och starta auktoriseringen på nytt.
problem-too-many = För många misslyckade återkomster
problem-too-many-text = Vänta några minuter och starta sedan auktoriseringen på nytt.
problem-no-way = Det finns ingen väg till leverantören
problem-no-way-text = Integrationen gav en adress som inte går att öppna. Vänd dig till den som driver Demo ERP.
problem-internal = Något gick fel här
problem-internal-text = Det är inte ditt fel, och inget du har sparat är förlorat. Försök igen om en stund och vänd dig till den som driver Demo ERP om det inte hjälper.
