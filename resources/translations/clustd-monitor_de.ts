<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>clustd::monitor::ActionDialog</name>
    <message>
        <source>the next in order</source>
        <translation>die nächste in der Reihenfolge</translation>
    </message>
    <message>
        <source>%1 (in maintenance: end it)</source>
        <translation>%1 (in Wartung: beenden)</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;Nach</translation>
    </message>
    <message>
        <source>&amp;Machine</source>
        <translation>&amp;Maschine</translation>
    </message>
    <message>
        <source>30 minutes</source>
        <translation>30 Minuten</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>2 hours</source>
        <translation>2 Stunden</translation>
    </message>
    <message>
        <source>8 hours</source>
        <translation>8 Stunden</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>until somebody ends it</source>
        <translation>bis jemand sie beendet</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <translation>&amp;Dauer</translation>
    </message>
    <message>
        <source>kernel update</source>
        <translation>Kernel-Aktualisierung</translation>
    </message>
    <message>
        <source>&amp;Reason</source>
        <translation>&amp;Grund</translation>
    </message>
    <message>
        <source>What will happen</source>
        <translation>Was geschehen wird</translation>
    </message>
    <message>
        <source>Switch over %1</source>
        <translation>%1 umschalten</translation>
    </message>
    <message>
        <source>Switch over</source>
        <translation>Umschalten</translation>
    </message>
    <message>
        <source>Maintenance in %1</source>
        <translation>Wartung in %1</translation>
    </message>
    <message>
        <source>Begin maintenance</source>
        <translation>Wartung beginnen</translation>
    </message>
    <message>
        <source>Pause %1</source>
        <translation>%1 pausieren</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Resume %1</source>
        <translation>%1 fortsetzen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Asking what will happen …</source>
        <translation>Anfrage, was geschehen wird …</translation>
    </message>
    <message>
        <source>Not possible: %1</source>
        <translation>Nicht möglich: %1</translation>
    </message>
    <message>
        <source>The services stop on %1 and start on %2. Between the two they are not served for a moment.</source>
        <translation>Die Dienste stoppen auf %1 und starten auf %2. Dazwischen sind sie einen Moment lang nicht verfügbar.</translation>
    </message>
    <message>
        <source>End maintenance</source>
        <translation>Wartung beenden</translation>
    </message>
    <message>
        <source>%1 may be master again. Nothing moves now.</source>
        <translation>%1 darf wieder Master sein. Jetzt wird nichts verlagert.</translation>
    </message>
    <message>
        <source>%1 will not become master. %2 stays master; it has one machine less to fall back on.</source>
        <translation>%1 wird nicht Master. %2 bleibt Master; es steht eine Maschine weniger als Ersatz bereit.</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>Niemand</translation>
    </message>
    <message>
        <source>Not possible: %1 is master and nobody can take over: %2</source>
        <translation>Nicht möglich: %1 ist Master und niemand kann übernehmen: %2</translation>
    </message>
    <message>
        <source>%1 is master now: the services stop there and start on %2. Then %1 will not become master until the maintenance ends.</source>
        <translation>%1 ist jetzt Master: Die Dienste stoppen dort und starten auf %2. Danach wird %1 nicht Master, bis die Wartung endet.</translation>
    </message>
    <message>
        <source>Nothing moves by itself any more: when %1 fails, nobody takes over until somebody resumes. Your own switchovers still work.</source>
        <translation>Nichts wird mehr von selbst verlagert: Fällt %1 aus, übernimmt niemand, bis der Betrieb fortgesetzt wird. Von Hand ausgelöste Umschaltungen sind weiterhin möglich.</translation>
    </message>
    <message>
        <source>the master</source>
        <translation>der Master</translation>
    </message>
    <message>
        <source>The cluster acts by itself again; if no machine is master now, one will be elected.</source>
        <translation>Der Cluster handelt wieder von selbst; ist jetzt keine Maschine Master, wird eine gewählt.</translation>
    </message>
    <message>
        <source>%1 is master instead of %2</source>
        <translation>%1 ist Master anstelle von %2</translation>
    </message>
    <message>
        <source>%1 is in maintenance</source>
        <translation>%1 ist in Wartung</translation>
    </message>
    <message>
        <source>the maintenance of %1 has ended</source>
        <translation>die Wartung von %1 ist beendet</translation>
    </message>
    <message>
        <source>the cluster is paused</source>
        <translation>der Cluster ist pausiert</translation>
    </message>
    <message>
        <source>the cluster acts by itself again</source>
        <translation>der Cluster handelt wieder von selbst</translation>
    </message>
    <message>
        <source>Working …</source>
        <translation>In Arbeit …</translation>
    </message>
    <message>
        <source>It was refused: %1</source>
        <translation>Abgewiesen: %1</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::AdminDialog</name>
    <message>
        <source>Allow actions on %1</source>
        <translation>Aktionen auf %1 erlauben</translation>
    </message>
    <message>
        <source>Actions need an admin&apos;s token (clustd token admin NAME). It is used until you lock again or close the monitor, and kept nowhere.</source>
        <translation>Aktionen erfordern das Token eines Administrators (clustd token admin NAME). Es wird bis zum erneuten Sperren oder bis zum Schließen des Monitors verwendet und nirgends aufbewahrt.</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>this is not an admin&apos;s token; make one with: clustd token admin NAME</source>
        <translation>dies ist kein Administrator-Token; erstellen mit: clustd token admin NAME</translation>
    </message>
    <message>
        <source>this token is for the cluster &apos;%1&apos;, not for &apos;%2&apos;</source>
        <translation>dieses Token gilt für den Cluster „%1“, nicht für „%2“</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::CardCells</name>
    <message>
        <source>last heard: %1</source>
        <translation>zuletzt gehört: %1</translation>
    </message>
    <message>
        <source>+%1</source>
        <translation>+%1</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ChartWidget</name>
    <message>
        <source>nothing measured yet</source>
        <translation>noch nichts gemessen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Charts</name>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ChartsView</name>
    <message>
        <source>1 min</source>
        <translation>1 min</translation>
    </message>
    <message>
        <source>Show the last minute</source>
        <translation>Die letzte Minute anzeigen</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 min</translation>
    </message>
    <message>
        <source>Show the last ten minutes</source>
        <translation>Die letzten zehn Minuten anzeigen</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>Show the last hour</source>
        <translation>Die letzte Stunde anzeigen</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Show all that is known</source>
        <translation>Alles Bekannte anzeigen</translation>
    </message>
    <message>
        <source>Back to now</source>
        <translation>Zurück zu jetzt</translation>
    </message>
    <message>
        <source>Show the newest again (End)</source>
        <translation>Wieder das Neueste anzeigen (Ende)</translation>
    </message>
    <message>
        <source>Round trip per link</source>
        <translation>Umlaufzeit je Verbindung</translation>
    </message>
    <message>
        <source>Lease margin</source>
        <translation>Lease-Spielraum</translation>
    </message>
    <message>
        <source>Jitter per link</source>
        <translation>Jitter je Verbindung</translation>
    </message>
    <message>
        <source>Failover gaps</source>
        <translation>Failover-Lücken</translation>
    </message>
    <message numerus="yes">
        <source>%n links, the worst in colour</source>
        <translation>
            <numerusform>%n Verbindung, die schlechteste farbig</numerusform>
            <numerusform>%n Verbindungen, die schlechtesten farbig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n links</source>
        <translation>
            <numerusform>%n Verbindung</numerusform>
            <numerusform>%n Verbindungen</numerusform>
        </translation>
    </message>
    <message>
        <source>A journal holds no measurements</source>
        <translation>Ein Journal enthält keine Messwerte</translation>
    </message>
    <message>
        <source>nothing measured yet</source>
        <translation>noch nichts gemessen</translation>
    </message>
    <message>
        <source>nothing measured in this time</source>
        <translation>in diesem Zeitraum nichts gemessen</translation>
    </message>
    <message>
        <source>now %1, lowest %2</source>
        <translation>jetzt %1, niedrigster Wert %2</translation>
    </message>
    <message>
        <source>whole lease %1</source>
        <translation>ganze Lease %1</translation>
    </message>
    <message>
        <source>%1 again after %2</source>
        <translation>%1 wieder nach %2</translation>
    </message>
    <message>
        <source>%1 → %2 in %3</source>
        <translation>%1 → %2 in %3</translation>
    </message>
    <message>
        <source>no change of master is known</source>
        <translation>kein Masterwechsel bekannt</translation>
    </message>
    <message>
        <source>last %1</source>
        <translation>zuletzt %1</translation>
    </message>
    <message>
        <source>no change of master in this time; the last, %1 before its end, took %2</source>
        <translation>kein Masterwechsel in diesem Zeitraum; der letzte, %1 vor dessen Ende, dauerte %2</translation>
    </message>
    <message>
        <source>no change of master in this time</source>
        <translation>kein Masterwechsel in diesem Zeitraum</translation>
    </message>
    <message>
        <source>promised %1</source>
        <translation>zugesagt %1</translation>
    </message>
    <message>
        <source>fencing begins here</source>
        <translation>hier beginnt der Zwangsstopp</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ClusterConnection</name>
    <message>
        <source>%1 says nothing; what is shown is old</source>
        <translation>%1 meldet sich nicht; die Anzeige ist veraltet</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ClusterModel</name>
    <message>
        <source>(not met yet)</source>
        <translation>(noch nicht gesehen)</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>gesund</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>gestört</translation>
    </message>
    <message>
        <source>%1 of %2 started</source>
        <translation>%1 von %2 gestartet</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorität</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Gesundheit</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Amtszeit</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>Umlaufzeit</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Up for</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Drivers</source>
        <translation>Treiber</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ConnectDialog</name>
    <message>
        <source>Add a cluster</source>
        <translation>Cluster hinzufügen</translation>
    </message>
    <message>
        <source>Name any machine of the cluster; the others are found through it. An observer&apos;s token can look and nothing else.</source>
        <translation>Eine beliebige Maschine des Clusters angeben; die anderen werden über sie gefunden. Ein Beobachter-Token erlaubt nur das Ansehen.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Several addresses are separated by blanks.</source>
        <translation>Mehrere Adressen durch Leerzeichen trennen.</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Keep a typed token in the desktop&apos;s keyring</source>
        <translation>Eingegebenes Token im &amp;Schlüsselbund des Desktops aufbewahren</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Connect to %1</source>
        <translation>Mit %1 verbinden</translation>
    </message>
    <message>
        <source>an address is missing; use ws://HOST:PORT</source>
        <translation>eine Adresse fehlt; Form: ws://HOST:PORT</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::DriverCard</name>
    <message>
        <source>%1, sick</source>
        <translation>%1, gestört</translation>
    </message>
    <message>
        <source>Driver %1: %2, %3</source>
        <translation>Treiber %1: %2, %3</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::EventList</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>The newest first. Enter shows the cluster as it was then, W asks why.</source>
        <translation>Die neuesten zuerst. Eingabe zeigt den Cluster, wie er damals war, W fragt nach dem Warum.</translation>
    </message>
    <message>
        <source>Show the cluster as it was then</source>
        <translation>Den Cluster zeigen, wie er damals war</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Only events of %1</source>
        <translation>Nur Ereignisse von %1</translation>
    </message>
    <message>
        <source>Usual columns</source>
        <translation>Übliche Spalten</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::EventModel</name>
    <message>
        <source>why?</source>
        <translation>warum?</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>Amtszeit %1</translation>
    </message>
    <message>
        <source>What led to this event (W)</source>
        <translation>Was zu diesem Ereignis führte (W)</translation>
    </message>
    <message>
        <source>%1, %2, term %3, %4: %5</source>
        <translation>%1, %2, Amtszeit %3, %4: %5</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Amtszeit</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::HeaderView</name>
    <message>
        <source>Switch over …</source>
        <translation>Umschalten …</translation>
    </message>
    <message>
        <source>Move the master&apos;s role to another machine</source>
        <translation>Die Rolle des Masters auf eine andere Maschine verlagern</translation>
    </message>
    <message>
        <source>Maintenance …</source>
        <translation>Wartung …</translation>
    </message>
    <message>
        <source>Keep a machine from being master for a while</source>
        <translation>Eine Maschine eine Zeit lang nicht Master werden lassen</translation>
    </message>
    <message>
        <source>Resume …</source>
        <translation>Fortsetzen …</translation>
    </message>
    <message>
        <source>Pause …</source>
        <translation>Pause …</translation>
    </message>
    <message>
        <source>Let the cluster act by itself again</source>
        <translation>Den Cluster wieder von selbst handeln lassen</translation>
    </message>
    <message>
        <source>The cluster takes no action by itself</source>
        <translation>Der Cluster handelt nicht mehr von selbst</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>%1 · read-only</source>
        <translation>%1 · nur lesen</translation>
    </message>
    <message>
        <source>Actions are allowed with this token. Click to lock them again.</source>
        <translation>Aktionen sind mit diesem Token erlaubt. Klicken, um sie wieder zu sperren.</translation>
    </message>
    <message>
        <source>This monitor only looks. Click to give an admin&apos;s token for actions.</source>
        <translation>Dieser Monitor sieht nur zu. Klicken, um ein Administrator-Token für Aktionen anzugeben.</translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>Verbindung wird hergestellt …</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>Amtszeit %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 is master&lt;/b&gt;</source>
        <translation>&lt;b&gt;%1 ist Master&lt;/b&gt;</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>not active yet</source>
        <translation>noch nicht aktiv</translation>
    </message>
    <message>
        <source>No master</source>
        <translation>Kein Master</translation>
    </message>
    <message>
        <source>%1 voters, %2 reachable, %3 needed</source>
        <translation>%1 Wähler, %2 erreichbar, %3 nötig</translation>
    </message>
    <message>
        <source>no majority: nobody can be elected</source>
        <translation>keine Mehrheit: niemand kann gewählt werden</translation>
    </message>
    <message>
        <source>can lose no more machine</source>
        <translation>keine weitere Maschine darf ausfallen</translation>
    </message>
    <message>
        <source>&lt;b&gt;can lose 1 more machine&lt;/b&gt;</source>
        <translation>&lt;b&gt;1 weitere Maschine darf ausfallen&lt;/b&gt;</translation>
    </message>
    <message>
        <source>&lt;b&gt;can lose %1 more machines&lt;/b&gt;</source>
        <translation>&lt;b&gt;%1 weitere Maschinen dürfen ausfallen&lt;/b&gt;</translation>
    </message>
    <message>
        <source>paused: nothing is done by itself</source>
        <translation>pausiert: nichts geschieht von selbst</translation>
    </message>
    <message>
        <source>failover within %1</source>
        <translation>Failover binnen %1</translation>
    </message>
    <message>
        <source>last gap %1</source>
        <translation>letzte Lücke %1</translation>
    </message>
    <message>
        <source>in maintenance: %1</source>
        <translation>in Wartung: %1</translation>
    </message>
    <message>
        <source>waits for %1</source>
        <translation>wartet auf %1</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und noch %n</numerusform>
            <numerusform>und noch %n</numerusform>
        </translation>
    </message>
    <message>
        <source>From the journal %1: as it was at %2</source>
        <translation>Aus dem Journal %1: Stand von %2</translation>
    </message>
    <message>
        <source>You see the past: as it was at %1</source>
        <translation>Anzeige der Vergangenheit: Stand von %1</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Zurück zu live</translation>
    </message>
    <message>
        <source>Not connected: %1</source>
        <translation>Nicht verbunden: %1</translation>
    </message>
    <message>
        <source>OUT OF DATE by %1: what you see may not be so any more. %2</source>
        <translation>VERALTET um %1: Die Anzeige trifft möglicherweise nicht mehr zu. %2</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>Abgewiesen: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>ganz zeigen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::KnownClusters</name>
    <message>
        <source>The desktop&apos;s keyring did not give the token: %1. Give it again.</source>
        <translation>Der Schlüsselbund der Arbeitsumgebung hat das Token nicht herausgegeben: %1. Bitte erneut angeben.</translation>
    </message>
    <message>
        <source>The token is not kept for the next time: %1</source>
        <translation>Das Token wird nicht für das nächste Mal aufbewahrt: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n lines were left out; the first: %1</source>
        <translation>
            <numerusform>%n Zeile wurde ausgelassen; die erste: %1</numerusform>
            <numerusform>%n Zeilen wurden ausgelassen; die erste: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a journal</source>
        <translation>Journal öffnen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LanesWidget</name>
    <message>
        <source>No events yet</source>
        <translation>Noch keine Ereignisse</translation>
    </message>
    <message>
        <source>No cluster</source>
        <translation>Kein Cluster</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>Amtszeit %1</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>What each machine was doing over time. Plus and minus zoom, the arrow keys move, Ctrl with the arrow keys goes from event to event, Escape returns to now.</source>
        <translation>Was jede Maschine im Lauf der Zeit tat. Plus und Minus zoomen, die Pfeiltasten verschieben, Strg mit den Pfeiltasten geht von Ereignis zu Ereignis, Escape kehrt zu jetzt zurück.</translation>
    </message>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n Ereignis</numerusform>
            <numerusform>%n Ereignisse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und noch %n</numerusform>
            <numerusform>und noch %n</numerusform>
        </translation>
    </message>
    <message>
        <source>since %1, for %2</source>
        <translation>seit %1, für %2</translation>
    </message>
    <message>
        <source>Click or drag to see the cluster as it was</source>
        <translation>Klicken oder ziehen, um den Cluster in seinem früheren Zustand zu sehen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinkItem</name>
    <message>
        <source>, %1 % lost</source>
        <translation>, %1 % verloren</translation>
    </message>
    <message>
        <source>suspect: silent for a moment</source>
        <translation>verdächtig: einen Moment lang still</translation>
    </message>
    <message>
        <source>one way: %1 does not hear %2</source>
        <translation>einseitig: %1 hört %2 nicht</translation>
    </message>
    <message>
        <source>down</source>
        <translation>unterbrochen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinkModel</name>
    <message>
        <source>%1 has not told whether it hears %2</source>
        <translation>%1 hat nicht gemeldet, ob %2 gehört wird</translation>
    </message>
    <message>
        <source>%1 does not hear %2, but is heard by it</source>
        <translation>%1 hört %2 nicht, wird aber von dort gehört</translation>
    </message>
    <message>
        <source>%1 does not hear %2</source>
        <translation>%1 hört %2 nicht</translation>
    </message>
    <message>
        <source>%1 hears %2, round trip %3 ms</source>
        <translation>%1 hört %2, Umlaufzeit %3 ms</translation>
    </message>
    <message>
        <source>%1 hears %2</source>
        <translation>%1 hört %2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Links</name>
    <message>
        <source>one way</source>
        <translation>einseitig</translation>
    </message>
    <message>
        <source>%1 % lost</source>
        <translation>%1 % verloren</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinksView</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
    <message>
        <source>heard</source>
        <translation>gehört</translation>
    </message>
    <message>
        <source>slow or lossy</source>
        <translation>langsam oder verlustreich</translation>
    </message>
    <message>
        <source>silent for a moment</source>
        <translation>einen Moment lang still</translation>
    </message>
    <message>
        <source>one way: heard by it, does not hear it</source>
        <translation>einseitig: wird dort gehört, hört selbst nicht</translation>
    </message>
    <message>
        <source>not heard</source>
        <translation>nicht gehört</translation>
    </message>
    <message>
        <source>nobody told</source>
        <translation>nicht gemeldet</translation>
    </message>
    <message>
        <source>Links: each row hears the columns</source>
        <translation>Verbindungen: jede Zeile hört die Spalten</translation>
    </message>
    <message>
        <source>Nobody has told yet whom it hears.</source>
        <translation>Noch keine Maschine hat gemeldet, wen sie hört.</translation>
    </message>
    <message numerus="yes">
        <source>%n one way</source>
        <translation>
            <numerusform>%n einseitig</numerusform>
            <numerusform>%n einseitig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not heard</source>
        <translation>
            <numerusform>%n nicht gehört</numerusform>
            <numerusform>%n nicht gehört</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slow, lossy or silent for a moment</source>
        <translation>
            <numerusform>%n langsam, verlustreich oder einen Moment lang still</numerusform>
            <numerusform>%n langsam, verlustreich oder einen Moment lang still</numerusform>
        </translation>
    </message>
    <message>
        <source>Every machine hears every other one</source>
        <translation>Jede Maschine hört jede andere</translation>
    </message>
    <message numerus="yes">
        <source>%n directions are well; %1</source>
        <translation>
            <numerusform>%n Richtung ist in Ordnung; %1</numerusform>
            <numerusform>%n Richtungen sind in Ordnung; %1</numerusform>
        </translation>
    </message>
    <message>
        <source>not heard (%1)</source>
        <translation>nicht gehört (%1)</translation>
    </message>
    <message>
        <source>%1 % lost</source>
        <translation>%1 % verloren</translation>
    </message>
    <message>
        <source>hears →</source>
        <translation>hört →</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachineItem</name>
    <message>
        <source>maintenance</source>
        <translation>Wartung</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>gestört</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und noch %n</numerusform>
            <numerusform>und noch %n</numerusform>
        </translation>
    </message>
    <message>
        <source>a driver is sick</source>
        <translation>ein Treiber ist gestört</translation>
    </message>
    <message>
        <source>answers this monitor</source>
        <translation>antwortet diesem Monitor</translation>
    </message>
    <message>
        <source>master</source>
        <translation>Master</translation>
    </message>
    <message>
        <source>master, not active yet</source>
        <translation>Master, noch nicht aktiv</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachinePane</name>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>Select a machine</source>
        <translation>Eine Maschine auswählen</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>why master</source>
        <translation>warum Master</translation>
    </message>
    <message>
        <source>role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>term</source>
        <translation>Amtszeit</translation>
    </message>
    <message>
        <source>link</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>Einzelheit</translation>
    </message>
    <message>
        <source>version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>RTT to peers</source>
        <translation>RTT zu anderen</translation>
    </message>
    <message>
        <source>Lease margin</source>
        <translation>Lease-Spielraum</translation>
    </message>
    <message>
        <source>Drivers</source>
        <translation>Treiber</translation>
    </message>
    <message>
        <source>Last events</source>
        <translation>Letzte Ereignisse</translation>
    </message>
    <message>
        <source>%1, lease %2 s of %3 s</source>
        <translation>%1, Lease %2 s von %3 s</translation>
    </message>
    <message>
        <source>%1, in maintenance</source>
        <translation>%1, in Wartung</translation>
    </message>
    <message>
        <source>%1, sick</source>
        <translation>%1, gestört</translation>
    </message>
    <message>
        <source>(not met yet)</source>
        <translation>(noch nicht gesehen)</translation>
    </message>
    <message>
        <source>%1, priority %2</source>
        <translation>%1, Priorität %2</translation>
    </message>
    <message>
        <source>%1, up %2</source>
        <translation>%1, läuft seit %2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Machines</name>
    <message>
        <source>As measured by the machine that answers</source>
        <translation>Gemessen von der Maschine, die antwortet</translation>
    </message>
    <message>
        <source>(not met yet)</source>
        <translation>(noch nicht gesehen)</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>gesund</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>gestört</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 stopped</source>
        <translation>%1 gestoppt</translation>
    </message>
    <message>
        <source>%1 started</source>
        <translation>%1 gestartet</translation>
    </message>
    <message>
        <source>%1 of %2 started</source>
        <translation>%1 von %2 gestartet</translation>
    </message>
    <message>
        <source>%1, master</source>
        <translation>%1, Master</translation>
    </message>
    <message>
        <source>master</source>
        <translation>Master</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachinesView</name>
    <message>
        <source>Filter machines</source>
        <translation>Maschinen filtern</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>Maschinen</translation>
    </message>
    <message>
        <source>Click sorts, dragging moves, the right button chooses columns</source>
        <translation>Klicken sortiert, Ziehen verschiebt, die rechte Taste wählt Spalten</translation>
    </message>
    <message>
        <source>%1 of %2 machines</source>
        <translation>%1 von %2 Maschinen</translation>
    </message>
    <message>
        <source>1 machine</source>
        <translation>1 Maschine</translation>
    </message>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n Maschine</numerusform>
            <numerusform>%n Maschinen</numerusform>
        </translation>
    </message>
    <message>
        <source>Fit widths</source>
        <translation>Breiten anpassen</translation>
    </message>
    <message>
        <source>Usual columns</source>
        <translation>Übliche Spalten</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MainWindow</name>
    <message>
        <source>clustd monitor</source>
        <translation>clustd-Monitor</translation>
    </message>
    <message>
        <source>&amp;Topology</source>
        <translation>&amp;Topologie</translation>
    </message>
    <message>
        <source>&amp;Machines</source>
        <translation>&amp;Maschinen</translation>
    </message>
    <message>
        <source>Alarms of %1</source>
        <translation>Alarme von %1</translation>
    </message>
    <message>
        <source>&amp;Cluster</source>
        <translation>&amp;Cluster</translation>
    </message>
    <message>
        <source>&amp;Add a cluster …</source>
        <translation>Cluster &amp;hinzufügen …</translation>
    </message>
    <message>
        <source>&amp;Open a journal …</source>
        <translation>&amp;Journal öffnen …</translation>
    </message>
    <message>
        <source>Open a journal</source>
        <translation>Journal öffnen</translation>
    </message>
    <message>
        <source>Journals (*.jsonl);;All files (*)</source>
        <translation>Journale (*.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;Remove this cluster</source>
        <translation>Diesen Cluster &amp;entfernen</translation>
    </message>
    <message>
        <source>&amp;Save a picture …</source>
        <translation>Bild &amp;speichern …</translation>
    </message>
    <message>
        <source>Save a picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>%1 could not be written</source>
        <translation>%1 konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Fit the topology</source>
        <translation>Topologie &amp;einpassen</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>E&amp;inzelheiten</translation>
    </message>
    <message>
        <source>Time&amp;line</source>
        <translation>&amp;Zeitachse</translation>
    </message>
    <message>
        <source>&amp;Actions</source>
        <translation>A&amp;ktionen</translation>
    </message>
    <message>
        <source>&amp;Switch over …</source>
        <translation>&amp;Umschalten …</translation>
    </message>
    <message>
        <source>&amp;Maintenance …</source>
        <translation>&amp;Wartung …</translation>
    </message>
    <message>
        <source>&amp;Pause …</source>
        <translation>&amp;Pause …</translation>
    </message>
    <message>
        <source>&amp;Resume …</source>
        <translation>&amp;Fortsetzen …</translation>
    </message>
    <message>
        <source>Back to &amp;now</source>
        <translation>Zurück zu &amp;jetzt</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Notifications …</source>
        <translation>&amp;Benachrichtigungen …</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>&amp;Über</translation>
    </message>
    <message>
        <source>&lt;p&gt;&lt;b&gt;clustd monitor %1&lt;/b&gt;&lt;/p&gt;&lt;p&gt;Shows clusters of clustd as they are. It joins as an observer and never votes.&lt;/p&gt;&lt;p&gt;MIT licence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;&lt;b&gt;clustd-Monitor %1&lt;/b&gt;&lt;/p&gt;&lt;p&gt;Zeigt clustd-Cluster, wie sie sind. Er nimmt als Beobachter teil und wählt nie mit.&lt;/p&gt;&lt;p&gt;MIT-Lizenz.&lt;/p&gt;</translation>
    </message>
    <message numerus="yes">
        <source>live through %1 (%2), %n events</source>
        <translation>
            <numerusform>live über %1 (%2), %n Ereignis</numerusform>
            <numerusform>live über %1 (%2), %n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>connecting to %1 …</source>
        <translation>Verbindung zu %1 wird hergestellt …</translation>
    </message>
    <message>
        <source>out of date; trying %1</source>
        <translation>veraltet; Versuch mit %1</translation>
    </message>
    <message>
        <source>refused by %1</source>
        <translation>abgewiesen von %1</translation>
    </message>
    <message>
        <source>encrypted, as %1</source>
        <translation>verschlüsselt, als %1</translation>
    </message>
    <message numerus="yes">
        <source>journal %1, %n events</source>
        <translation>
            <numerusform>Journal %1, %n Ereignis</numerusform>
            <numerusform>Journal %1, %n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 – clustd monitor</source>
        <translation>%1 – clustd-Monitor</translation>
    </message>
    <message>
        <source>Actions need a live connection to a cluster</source>
        <translation>Aktionen erfordern eine Live-Verbindung zu einem Cluster</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>Erledigt: %1</translation>
    </message>
    <message>
        <source>Why: %1</source>
        <translation>Warum: %1</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Übersicht</translation>
    </message>
    <message>
        <source>Ctrl+0: all clusters; Enter opens one
Ctrl+1 … Ctrl+4: topology, machines, links, charts
Arrow keys: from machine to machine; in the timeline: pan
+ and -: zoom; F: fit the topology
Home, End: all of the timeline, back to now
Enter: go to the moment of an event; W: why it happened
Ctrl+F: search; Esc or Ctrl+L: back to now</source>
        <translation>Strg+0: alle Cluster; Enter öffnet einen
Strg+1 … Strg+4: Topologie, Maschinen, Verbindungen, Diagramme
Pfeiltasten: von Maschine zu Maschine; in der Zeitleiste: verschieben
+ und -: Zoom; F: Topologie einpassen
Pos1, Ende: ganze Zeitleiste, zurück zu jetzt
Enter: zum Zeitpunkt eines Ereignisses; W: warum es geschah
Strg+F: suchen; Esc oder Strg+L: zurück zu jetzt</translation>
    </message>
    <message>
        <source>Lin&amp;ks</source>
        <translation>&amp;Verbindungen</translation>
    </message>
    <message>
        <source>Cha&amp;rts</source>
        <translation>&amp;Diagramme</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Clusters</source>
        <translation>C&amp;luster</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::NoticesDialog</name>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Tell me on the desktop when</source>
        <translation>Auf dem Desktop melden, wenn</translation>
    </message>
    <message>
        <source>the &amp;master is lost or changes</source>
        <translation>der &amp;Master verloren geht oder wechselt</translation>
    </message>
    <message>
        <source>the &amp;quorum is lost or comes back</source>
        <translation>das &amp;Quorum verloren geht oder wiederkehrt</translation>
    </message>
    <message>
        <source>there is an &amp;alarm</source>
        <translation>ein &amp;Alarm vorliegt</translation>
    </message>
    <message>
        <source>a &amp;service is sick</source>
        <translation>ein &amp;Dienst gestört ist</translation>
    </message>
    <message>
        <source>a &amp;link goes down</source>
        <translation>eine &amp;Verbindung unterbrochen wird</translation>
    </message>
    <message>
        <source>but &amp;not from</source>
        <translation>aber &amp;nicht von</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>Ruhe von</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>Ruhe bis</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>nothing is &amp;heard of a cluster any more, or it is heard again</source>
        <translation>nichts mehr von einem Cluster zu &amp;hören ist oder wieder etwas</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Overview</name>
    <message>
        <source>no master</source>
        <translation>kein Master</translation>
    </message>
    <message>
        <source>no master since %1</source>
        <translation>kein Master seit %1</translation>
    </message>
    <message>
        <source>%1 is master</source>
        <translation>%1 ist Master</translation>
    </message>
    <message>
        <source>%1 is master since %2</source>
        <translation>%1 ist Master seit %2</translation>
    </message>
    <message>
        <source>no majority</source>
        <translation>keine Mehrheit</translation>
    </message>
    <message>
        <source>can lose no more machine</source>
        <translation>keine weitere Maschine darf ausfallen</translation>
    </message>
    <message>
        <source>can lose 1 more machine</source>
        <translation>1 weitere Maschine darf ausfallen</translation>
    </message>
    <message>
        <source>can lose %1 more machines</source>
        <translation>%1 weitere Maschinen dürfen ausfallen</translation>
    </message>
    <message>
        <source>%1 of %2 voters reachable</source>
        <translation>%1 von %2 Wählern erreichbar</translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>Verbindung wird hergestellt …</translation>
    </message>
    <message>
        <source>Out of date since %1</source>
        <translation>Veraltet seit %1</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>waiting for the desktop&apos;s keyring</source>
        <translation>wartet auf den Schlüsselbund der Arbeitsumgebung</translation>
    </message>
    <message>
        <source>Its token is missing</source>
        <translation>Das Token fehlt</translation>
    </message>
    <message>
        <source>it is to give the token; it may ask for a password</source>
        <translation>er soll das Token herausgeben; vielleicht fragt er nach einem Passwort</translation>
    </message>
    <message>
        <source>open it to give the token</source>
        <translation>öffnen, um das Token anzugeben</translation>
    </message>
    <message>
        <source>journal, 1 event</source>
        <translation>Journal, 1 Ereignis</translation>
    </message>
    <message>
        <source>journal, %1 events</source>
        <translation>Journal, %1 Ereignisse</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>von %1 bis %2</translation>
    </message>
    <message>
        <source>last heard: %1</source>
        <translation>zuletzt gehört: %1</translation>
    </message>
    <message>
        <source>waiting for the keyring</source>
        <translation>wartet auf den Schlüsselbund</translation>
    </message>
    <message>
        <source>token missing</source>
        <translation>Token fehlt</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet</translation>
    </message>
    <message>
        <source>Journals</source>
        <translation>Journale</translation>
    </message>
    <message>
        <source>No cluster yet</source>
        <translation>Noch kein Cluster</translation>
    </message>
    <message>
        <source>no cluster is watched</source>
        <translation>kein Cluster wird beobachtet</translation>
    </message>
    <message>
        <source>a cluster&apos;s state, its master and its past will be seen here</source>
        <translation>hier erscheinen Zustand, Master und Vergangenheit eines Clusters</translation>
    </message>
    <message>
        <source>Waiting for the desktop&apos;s keyring</source>
        <translation>Warten auf den Schlüsselbund der Arbeitsumgebung</translation>
    </message>
    <message>
        <source>The cluster needs help</source>
        <translation>Der Cluster braucht Hilfe</translation>
    </message>
    <message>
        <source>1 of %1 clusters needs help</source>
        <translation>1 von %1 Clustern braucht Hilfe</translation>
    </message>
    <message>
        <source>%1 of %2 clusters need help</source>
        <translation>%1 von %2 Clustern brauchen Hilfe</translation>
    </message>
    <message>
        <source>The cluster needs a look</source>
        <translation>Der Cluster braucht einen Blick</translation>
    </message>
    <message>
        <source>1 of %1 clusters needs a look</source>
        <translation>1 von %1 Clustern braucht einen Blick</translation>
    </message>
    <message>
        <source>%1 of %2 clusters need a look</source>
        <translation>%1 von %2 Clustern brauchen einen Blick</translation>
    </message>
    <message>
        <source>Connecting …</source>
        <translation>Verbindung wird hergestellt</translation>
    </message>
    <message>
        <source>The cluster is not heard</source>
        <translation>Der Cluster ist nicht zu hören</translation>
    </message>
    <message>
        <source>1 of %1 clusters is not heard</source>
        <translation>1 von %1 Clustern ist nicht zu hören</translation>
    </message>
    <message>
        <source>%1 of %2 clusters are not heard</source>
        <translation>%1 von %2 Clustern sind nicht zu hören</translation>
    </message>
    <message>
        <source>The cluster is well</source>
        <translation>Dem Cluster geht es gut</translation>
    </message>
    <message>
        <source>All %1 clusters are well</source>
        <translation>Allen %1 Clustern geht es gut</translation>
    </message>
    <message>
        <source>each has its master; nothing needs to be done</source>
        <translation>jeder hat seinen Master; nichts ist zu tun</translation>
    </message>
    <message>
        <source>keyring …</source>
        <translation>Schlüsselbund …</translation>
    </message>
    <message>
        <source>1 needs help</source>
        <translation>1 braucht Hilfe</translation>
    </message>
    <message>
        <source>%1 need help</source>
        <translation>%1 brauchen Hilfe</translation>
    </message>
    <message>
        <source>1 needs a look</source>
        <translation>1 braucht einen Blick</translation>
    </message>
    <message>
        <source>%1 need a look</source>
        <translation>%1 brauchen einen Blick</translation>
    </message>
    <message>
        <source>1 not heard</source>
        <translation>1 nicht zu hören</translation>
    </message>
    <message>
        <source>%1 not heard</source>
        <translation>%1 nicht zu hören</translation>
    </message>
    <message>
        <source>all are well</source>
        <translation>allen geht es gut</translation>
    </message>
    <message>
        <source>not heard</source>
        <translation>nicht zu hören</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::OverviewView</name>
    <message>
        <source>All clusters</source>
        <translation>Alle Cluster</translation>
    </message>
    <message>
        <source>Name any machine of a cluster, and see all of it.</source>
        <translation>Nennen Sie irgendeine Maschine eines Clusters, und Sie sehen ihn ganz.</translation>
    </message>
    <message>
        <source>Add a cluster …</source>
        <translation>Cluster hinzufügen …</translation>
    </message>
    <message>
        <source>Open a journal …</source>
        <translation>Journal öffnen …</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Sidebar</name>
    <message>
        <source>CLUSTERS</source>
        <translation>CLUSTER</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Add a cluster …</source>
        <translation>Cluster hinzufügen …</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message numerus="yes">
        <source>journal, %n events</source>
        <translation>
            <numerusform>Journal, %n Ereignis</numerusform>
            <numerusform>Journal, %n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>Verbindung wird hergestellt …</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>no master</source>
        <translation>kein Master</translation>
    </message>
    <message>
        <source>no quorum</source>
        <translation>kein Quorum</translation>
    </message>
    <message>
        <source>naive</source>
        <translation>naiv</translation>
    </message>
    <message>
        <source>can lose %1</source>
        <translation>%1 entbehrlich</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::SparklineLabel</name>
    <message>
        <source>nothing measured yet</source>
        <translation>noch nichts gemessen</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Theme</name>
    <message>
        <source>All is well</source>
        <translation>Alles in Ordnung</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>Beeinträchtigt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Not served</source>
        <translation>Dienst fällt aus</translation>
    </message>
    <message>
        <source>No quorum</source>
        <translation>Kein Quorum</translation>
    </message>
    <message>
        <source>No master</source>
        <translation>Kein Master</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>follower</source>
        <translation>Folger</translation>
    </message>
    <message>
        <source>candidate</source>
        <translation>Kandidat</translation>
    </message>
    <message>
        <source>promoting</source>
        <translation>wird Master</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>demoting</source>
        <translation>gibt Master ab</translation>
    </message>
    <message>
        <source>fencing</source>
        <translation>Zwangsstopp</translation>
    </message>
    <message>
        <source>maintenance</source>
        <translation>Wartung</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>voter</source>
        <translation>Wähler</translation>
    </message>
    <message>
        <source>witness</source>
        <translation>Zeuge</translation>
    </message>
    <message>
        <source>standby</source>
        <translation>Reserve</translation>
    </message>
    <message>
        <source>this one answers</source>
        <translation>diese antwortet</translation>
    </message>
    <message>
        <source>up</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>suspect</source>
        <translation>verdächtig</translation>
    </message>
    <message>
        <source>down</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>not heard of yet</source>
        <translation>noch nichts gehört</translation>
    </message>
    <message>
        <source>down or not heard</source>
        <translation>unterbrochen oder nicht gehört</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>started</source>
        <translation>gestartet</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>stoppt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>election by quorum</source>
        <translation>Wahl durch Quorum</translation>
    </message>
    <message>
        <source>naive election: split brain is possible</source>
        <translation>naive Wahl: Split-Brain ist möglich</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Time in view</source>
        <translation>Gezeigter Zeitraum</translation>
    </message>
    <message>
        <source>How much time is in view</source>
        <translation>Wie viel Zeit gezeigt wird</translation>
    </message>
    <message>
        <source>last 10 min</source>
        <translation>letzte 10 min</translation>
    </message>
    <message>
        <source>last 60 min</source>
        <translation>letzte 60 min</translation>
    </message>
    <message>
        <source>last 24 h</source>
        <translation>letzte 24 h</translation>
    </message>
    <message>
        <source>last 7 d</source>
        <translation>letzte 7 d</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alles</translation>
    </message>
    <message>
        <source>Search events</source>
        <translation>Ereignisse suchen</translation>
    </message>
    <message>
        <source>Words of the machine, the event or its text (Ctrl+F)</source>
        <translation>Wörter der Maschine, des Ereignisses oder seines Textes (Strg+F)</translation>
    </message>
    <message>
        <source>Which events are shown</source>
        <translation>Welche Ereignisse gezeigt werden</translation>
    </message>
    <message>
        <source>Who is master</source>
        <translation>Wer Master ist</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Drivers and services</source>
        <translation>Treiber und Dienste</translation>
    </message>
    <message>
        <source>What people asked for</source>
        <translation>Was Menschen verlangten</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>Starts and ends of machines</source>
        <translation>Starts und Enden von Maschinen</translation>
    </message>
    <message>
        <source>However small</source>
        <translation>Auch das Kleinste</translation>
    </message>
    <message>
        <source>Worth knowing</source>
        <translation>Wissenswertes</translation>
    </message>
    <message>
        <source>Warnings and worse</source>
        <translation>Warnungen und Schwereres</translation>
    </message>
    <message>
        <source>Only what stopped the service</source>
        <translation>Nur was den Dienst anhielt</translation>
    </message>
    <message>
        <source>Only the chosen machine</source>
        <translation>Nur die gewählte Maschine</translation>
    </message>
    <message>
        <source>Only the time in view</source>
        <translation>Nur der gezeigte Zeitraum</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle anzeigen</translation>
    </message>
    <message>
        <source>Filter ▾</source>
        <translation>Filter ▾</translation>
    </message>
    <message>
        <source>Filter (%1) ▾</source>
        <translation>Filter (%1) ▾</translation>
    </message>
    <message>
        <source>Filter: all kinds of events are shown</source>
        <translation>Filter: alle Arten von Ereignissen werden gezeigt</translation>
    </message>
    <message>
        <source>Filter: some events are hidden</source>
        <translation>Filter: einige Ereignisse sind ausgeblendet</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 Ereignis</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>%1 of %2 events</source>
        <translation>%1 von %2 Ereignissen</translation>
    </message>
    <message>
        <source>end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>live</source>
        <translation>live</translation>
    </message>
    <message>
        <source>The end of the journal is shown</source>
        <translation>Das Ende des Journals wird gezeigt</translation>
    </message>
    <message>
        <source>Go to the end of the journal (Escape)</source>
        <translation>Zum Ende des Journals gehen (Escape)</translation>
    </message>
    <message>
        <source>The present is shown and goes on</source>
        <translation>Die Gegenwart wird gezeigt und läuft weiter</translation>
    </message>
    <message>
        <source>Not connected: this is what was heard last</source>
        <translation>Nicht verbunden: dies ist der zuletzt gehörte Stand</translation>
    </message>
    <message>
        <source>Return to now (Escape)</source>
        <translation>Zu jetzt zurückkehren (Escape)</translation>
    </message>
    <message>
        <source>as it was at %1</source>
        <translation>Stand von %1</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TokenFields</name>
    <message>
        <source>Token file</source>
        <translation>Tokendatei</translation>
    </message>
    <message>
        <source>made by: clustd token observer NAME</source>
        <translation>erstellt mit: clustd token observer NAME</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>Durchsuchen …</translation>
    </message>
    <message>
        <source>Token &amp;file</source>
        <translation>Token&amp;datei</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>or the &amp;token itself</source>
        <translation>oder das &amp;Token selbst</translation>
    </message>
    <message>
        <source>no token is given</source>
        <translation>kein Token angegeben</translation>
    </message>
    <message>
        <source>an admin makes one with: clustd token observer NAME</source>
        <translation>ein Administrator erstellt eines mit: clustd token observer NAME</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TopologyView</name>
    <message>
        <source>Topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>lease %1 s of %2 s</source>
        <translation>Lease %1 s von %2 s</translation>
    </message>
    <message>
        <source>No cluster</source>
        <translation>Kein Cluster</translation>
    </message>
    <message>
        <source>Connecting …</source>
        <translation>Verbindung wird hergestellt …</translation>
    </message>
    <message>
        <source>Nothing is known of this moment</source>
        <translation>Über diesen Zeitpunkt ist nichts bekannt</translation>
    </message>
    <message numerus="yes">
        <source>%n healthy or less urgent links are not drawn; choose a machine to see its own</source>
        <translation>
            <numerusform>%n gesunde oder weniger dringende Verbindung ist nicht gezeichnet; eine Maschine wählen, um deren Verbindungen zu sehen</numerusform>
            <numerusform>%n gesunde oder weniger dringende Verbindungen sind nicht gezeichnet; eine Maschine wählen, um deren Verbindungen zu sehen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Tray</name>
    <message>
        <source>Open the monitor</source>
        <translation>Den Monitor öffnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>clustd monitor</source>
        <translation>clustd-Monitor</translation>
    </message>
    <message>
        <source>%1: %2 is master</source>
        <translation>%1: %2 ist Master</translation>
    </message>
    <message>
        <source>term %1. %2</source>
        <translation>Amtszeit %1. %2</translation>
    </message>
    <message>
        <source>%1: the master is lost</source>
        <translation>%1: der Master ist verloren</translation>
    </message>
    <message>
        <source>%1: %2 lost the quorum</source>
        <translation>%1: %2 hat das Quorum verloren</translation>
    </message>
    <message>
        <source>%1: %2 has a quorum again</source>
        <translation>%1: %2 hat wieder ein Quorum</translation>
    </message>
    <message>
        <source>%1: alarm on %2</source>
        <translation>%1: Alarm auf %2</translation>
    </message>
    <message>
        <source>%1: %2 is sick</source>
        <translation>%1: %2 ist gestört</translation>
    </message>
    <message>
        <source>%1: a link of %2 is down</source>
        <translation>%1: eine Verbindung von %2 ist unterbrochen</translation>
    </message>
    <message>
        <source>%1: heard again</source>
        <translation>%1: wieder zu hören</translation>
    </message>
    <message>
        <source>%1 answers, after %2 without a word.</source>
        <translation>%1 antwortet, nach %2 ohne ein Wort.</translation>
    </message>
    <message>
        <source>%1: nothing is heard any more</source>
        <translation>%1: nichts mehr zu hören</translation>
    </message>
    <message>
        <source>No machine has answered for %1: what the monitor shows is out of date. %2</source>
        <translation>Seit %1 antwortet keine Maschine: Die Anzeige ist veraltet. %2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Troubles</name>
    <message>
        <source>%1 is unreachable</source>
        <translation>%1 ist nicht erreichbar</translation>
    </message>
    <message>
        <source>%1 is unreachable — check its power or the link to %2</source>
        <translation>%1 ist nicht erreichbar — Stromversorgung oder Verbindung zu %2 prüfen</translation>
    </message>
    <message>
        <source>%1 is refused — %2</source>
        <translation>%1 wird abgewiesen — %2</translation>
    </message>
    <message>
        <source>%1 is sick — see its drivers</source>
        <translation>%1 ist gestört — siehe Treiber</translation>
    </message>
</context>
</TS>
