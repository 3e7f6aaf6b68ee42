/*
 * The rules of docs/ELECTION.md for three machines, for spin. tests/model/run explores it to the end.
 *
 * Question: does any order of events, within the bounds, break one of these claims?
 *   1  no two machines are active at one instant
 *   2  each activation has a higher token than every one before
 *   3  no voter votes for two lives in a term, nor in a lower term than before (with ONE_VOTE)
 *   4  nobody wins while the lease of another living mandate runs
 * and, with CALM, once the faults have ended:
 *   5  a master is active CALM ticks later, and always from then on
 *   6  from then on it does not stop, not even when a machine comes back with a higher term
 *   7  terms do not go on rising
 *
 * What happens is one of the options of Machine or the tick of Time; each is one atomic step and cites
 * its rule. Where the rules leave a moment to timers that only serve liveness (the turn of C1, the
 * pre-vote of C2, C3's C, M5, M6), the model lets it happen at any moment: it does all that the
 * rules allow, and more. Nor does it remember what was released (V6), so it heeds more than the rules do.
 * Where a step writes to the disk, the write and what waits for it are one step: until the write ends
 * nothing that depends on it leaves the machine, and a crash before that is a crash before the step.
 *
 * Time is counted in ticks. All timers count down, so time has no bound. A tick comes at any moment
 * but one: not while something is active whose deadline is here (G3 with A3: the guard has
 * stopped everything by q + L). A daemon that hangs is one that takes no step. That a clock may be
 * slow or fast (A1) is what P > L says: no promise ends in less time than any lease takes.
 *
 * The network never forgets: what was sent can arrive at any later moment, in any order, once, often
 * or never. Heartbeats and requests for votes are kept as sets of terms for each life. What a life has
 * lost (C3) or ended (M3, M5) can be told by a Released at any later moment, so isReleased() says
 * what can be told.
 *
 * The majority of three is two, so one answer decides: q is the latest time at which something was
 * sent that one other voter has answered.
 *
 * Two grains of the network:
 * - without TRAVEL the answer to a heartbeat and a vote arrive in the moment that they are given, and
 *   a master that wins is active at once. A later arrival gives the same q, hence the same deadline, and
 *   a machine that is active for longer is the worse case.
 * - with TRAVEL heartbeats have an age, their answers and votes are under way for any time, and drivers
 *   start at any moment that M2 allows. It has more states and shows, within smaller bounds, that the shortcut
 *   hides nothing.
 *
 * Bounds: TERMS, CRASHES (of all machines together), LOSSES of a state file (one, A2).
 */

#ifndef TERMS
#define TERMS 3
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef LOSSES
#define LOSSES 0
#endif

/* Time. What must happen before a moment may happen at it, what must wait for a moment may happen
 * at it: with such limits whole ticks show every order of events that finer time would (Henzinger, Manna and
 * Pnueli 1992). So L - D = 1 tick here, and a promise is one tick longer than a lease (I1). A longer
 * promise forbids only more. */
#ifndef L
#define L 3
#endif
#ifndef D
#define D 2
#endif
#ifdef PROMISE_SHORTER_THAN_LEASE /* I1, A1 */
#define P (L - 1)
#else
#define P (L + 1)
#endif
#if defined(TRAVEL) && (LOSSES || defined(CALM))
#error V4a and the calm are modelled in the coarse grain only
#endif
#if defined(TRAVEL) && L - D != 1
#error heartbeats of two ages, 0 and 1, are kept
#endif

#define N 3
#define LIVES (CRASHES + 1)

/* Roles */
#define FOLLOWER 0
#define CANDIDATE 1
#define ENGAGED 2 /* from the win until everything has stopped */
#define DEAD 3 /* the daemon is gone, its service is not: the guard is at work */
#define AMNESIC 4 /* V4 */

#if defined(RELEASED_BEFORE_STOPPED) || defined(RELEASED_DURING_RENEWAL)
#define TOO_EARLY
#endif

/* A life is a machine and an incarnation: 1 ... N * LIVES, 0 is nobody. */
#define lifeOf(m) (1 + (m) * LIVES + restarts[m])
#define machineOf(l) (((l) - 1) / LIVES)
#define bitOf(t) (1 << ((t) - 1))
#define max(a, b) ((a) > (b) -> (a) : (b))

/* On disk */
byte term[N], vote[N];
#ifdef VOTE_NOT_DURABLE
byte diskTerm[N], diskVote[N];
#endif

/* In memory. Timers hold what is left of them. */
byte role[N], restarts[N];
byte startUp[N]; /* V3 */
byte holder[N], promised[N], until[N]; /* V1: the life, its term, the time */
byte token[N], beatTerm[N]; /* of the mandate; of its heartbeats */
byte lease[N]; /* until q + L; of a candidate, until askedAt + L */
byte renewal[N], renewalAge[N]; /* M4: the term asked for; until askedAt + L */
bool isActive[N];

/* Under way, for ever: for each life the terms it asked for, the terms of its heartbeats. */
byte asked[N * LIVES + 1], beats[N * LIVES + 1];
#ifdef TRAVEL
byte young0[N], young1[N]; /* terms of the heartbeats that are 0 and 1 ticks old */
bool ack0[N], ack1[N]; /* answers to heartbeats of that age are under way */
bool granted[N]; /* a vote for the present term asked for is under way */
#endif
#ifdef TOO_EARLY
byte early[N];
#endif
#ifdef RELEASED_WITHOUT_TERM
bool said[N];
#endif
#ifdef WIN_AFTER_RELEASED
byte lost[N];
#endif

#if LOSSES
byte losses;
byte heard[N]; /* V4: 1 + the term that was heard, 0 if nothing was. One machine at a time recovers. */
bool isLeased; /* one of those was a master with its lease (a) */
bool waits[N]; /* a question waits at this master for an answer to a later heartbeat */
#endif

/* For the claims and the bounds */
byte crashes;
byte lastToken;
#ifdef ONE_VOTE
byte lastTerm[N], lastVote[N];
#endif

#ifdef CALM
bool isCalm;
byte calmTicks;
#define TERMS_OF_FAULTS (TERMS - 4)
bool hasReturned;
#else
#define isCalm false
#define TERMS_OF_FAULTS TERMS
#endif

/* For loops within one step; 0 between the steps */
byte m1, l1, t1, s1;

/* What must be possible: with REACH=RENEWAL_WON and so on, spin must come there. */
#ifdef REACH
byte activations, lastActive;
#define reached(what) assert(REACH != what)
#define FAILOVER 1
#define THIRD_ACTIVATION 2
#define RENEWAL_WON 3
#define PROMISE_RELEASED 4
#define GUARD_AT_DEADLINE 5
#define OLD_HEARTBEAT_ACCEPTED 6
#define DEPOSED_CANDIDATE 7
#define RECOVERED_BY_MASTER 8
#define RECOVERED_BY_ALL 9
#define ACTIVE_AFTER_RECOVERY 10
#define LATE_ACK 11
#else
#define reached(what) skip
#endif

/* ---- the rules ---- */

#define leads(m) (role[m] == ENGAGED && lease[m] >= D)

/* V1: the promise is made before the answer. The same holder keeps the higher term. */
inline makePromise(k, l, t)
{
    promised[k] = (holder[k] == (l) && promised[k] > (t) -> promised[k] : (t));
    holder[k] = l;
    until[k] = P
}

inline dropPromise(k)
{
    holder[k] = 0;
    promised[k] = 0;
    until[k] = 0
}

/* V2: durable before the answer leaves. */
inline castVote(k, l, t)
{
    term[k] = t;
    vote[k] = l;
#ifdef ONE_VOTE
    /* Claim 3 */
    assert(t > lastTerm[k] || (t == lastTerm[k] && lastVote[k] == l));
    lastTerm[k] = t;
    lastVote[k] = l;
#endif
    skip
}

/* C2, M4: term and own vote, the promise to oneself, and the question to all. */
inline askForVotes(m, t)
{
    castVote(m, lifeOf(m), t);
    makePromise(m, lifeOf(m), t);
    asked[lifeOf(m)] = asked[lifeOf(m)] | bitOf(t);
#ifdef TRAVEL
    granted[m] = false;
#endif
    skip
}

/* Heartbeats say what is true already, so a master always has one under way. */
inline sendHeartbeat(m)
{
    beats[lifeOf(m)] = beats[lifeOf(m)] | bitOf(beatTerm[m]);
#ifdef TRAVEL
    young0[m] = young0[m] | bitOf(beatTerm[m]);
#endif
    skip
}

/* M2: drivers start, with the term that was won as the token. */
inline start(m)
{
    printf("%d starts its service, token %d\n", m, token[m]);
    assert(!isActive[0] && !isActive[1] && !isActive[2]); /* Claim 1 */
    assert(token[m] > lastToken); /* Claim 2 */
#ifdef REACH
    if :: activations > 0 && lastActive != m -> reached(FAILOVER) :: else fi;
    if :: activations == 2 -> reached(THIRD_ACTIVATION) :: else fi;
#if LOSSES
    if :: losses > 0 && role[0] != AMNESIC && role[1] != AMNESIC && role[2] != AMNESIC -> reached(ACTIVE_AFTER_RECOVERY) :: else fi;
#endif
    activations++;
    lastActive = m;
#endif
    lastToken = token[m];
    isActive[m] = true
}

/* M1, M2: lease[m] counts from the request for votes already. */
inline win(m, t)
{
    printf("%d wins term %d\n", m, t);
    m1 = 0;
    do
    :: m1 < N -> assert(m1 == m || role[m1] != ENGAGED || lease[m1] == 0); m1++ /* Claim 4 */
    :: else -> break
    od;
    role[m] = ENGAGED;
    token[m] = t;
    beatTerm[m] = t;
    sendHeartbeat(m);
#ifdef WIN_AFTER_RELEASED
    lost[m] = 0;
#endif
#ifdef TRAVEL
    granted[m] = false
#ifdef LEASE_FROM_RECEIPT
    ; lease[m] = L
#endif
#else
    start(m)
#endif
}

/* M4: a majority granted the higher number. A grant counts from when the question was first sent. */
inline winRenewal(m)
{
    printf("%d renews its mandate, term %d\n", m, renewal[m]);
    reached(RENEWAL_WON);
    beatTerm[m] = renewal[m];
    lease[m] = max(lease[m], renewalAge[m]);
    renewal[m] = 0;
    renewalAge[m] = 0;
#ifdef TRAVEL
    granted[m] = false;
#endif
    sendHeartbeat(m)
}

/* M1: an answer counts from when the heartbeat was sent. */
inline extendLease(m, remaining)
{
    lease[m] = max(lease[m], remaining)
#if LOSSES
    ; if
    :: waits[m] -> heard[m] = term[m] + 1; isLeased = true; waits[m] = false /* V4a */
    :: else
    fi
#endif
}

/* C3: the own promise is dropped, and Released may be told. */
inline giveUp(m)
{
    printf("%d gives up term %d\n", m, term[m]);
    dropPromise(m);
    role[m] = FOLLOWER;
#ifdef RELEASED_WITHOUT_TERM
    said[m] = true;
#endif
#ifdef TRAVEL
    granted[m] = false;
#endif
#ifdef WIN_AFTER_RELEASED
    lost[m] = term[m]
#else
    lease[m] = 0
#endif
}

/* M3, M5: everything has stopped, and Released may be told. */
inline endMandate(m)
{
    role[m] = FOLLOWER;
    token[m] = 0;
    beatTerm[m] = 0;
    lease[m] = 0;
    renewal[m] = 0;
    renewalAge[m] = 0;
    isActive[m] = false;
#ifdef TRAVEL
    young0[m] = 0;
    young1[m] = 0;
    ack0[m] = false;
    ack1[m] = false;
    granted[m] = false;
#endif
#ifdef TOO_EARLY
    early[m] = 0;
#endif
#ifdef RELEASED_WITHOUT_TERM
    said[m] = true;
#endif
#ifdef WIN_AFTER_RELEASED
    lost[m] = 0;
#endif
#if LOSSES
    waits[m] = false;
#endif
    if :: holder[m] == lifeOf(m) -> dropPromise(m) :: else fi
}

/* A new life: the memory is new, the file is not. What was promised before is covered by V3. */
inline restart(m)
{
    printf("%d starts a new life\n", m);
    endMandate(m);
    dropPromise(m);
    restarts[m]++;
#ifdef RELEASED_WITHOUT_TERM
    said[m] = false;
#endif
#ifdef VOTE_NOT_DURABLE
    term[m] = diskTerm[m];
    vote[m] = diskVote[m];
#endif
#ifndef NO_START_UP_PROMISE /* V3 */
    startUp[m] = P
#endif
}

/* C1, C2: free by V1 and V3. Pre-vote and turn are left out, they only forbid more. */
#ifdef CAMPAIGN_WHILE_PROMISED
#define isFree(k) (startUp[k] == 0)
#else
#define isFree(k) (startUp[k] == 0 && until[k] == 0)
#endif
#ifdef WITNESS
#define isWitness(k) (k == 2)
#else
#define isWitness(k) false
#endif
#define canCampaign(k) (role[k] == FOLLOWER && isFree(k) && !isWitness(k) && \
    (isCalm || term[k] < TERMS_OF_FAULTS) && inTime(isTurn(k)))

/* V1-V3: a request for a vote. */
#ifdef ENGAGED_VOTES
#define mayVote(k) (role[k] == FOLLOWER || role[k] == ENGAGED)
#else
#define mayVote(k) (role[k] == FOLLOWER)
#endif
#ifdef SECOND_VOTE
#define hasVoteFor(k, l, t) (t >= term[k])
#else
#define hasVoteFor(k, l, t) (t > term[k] || (t == term[k] && vote[k] == l))
#endif
#ifdef HOLDER_REFUSED
#define isHolder(k, l) false
#else
#define isHolder(k, l) (holder[k] == l)
#endif
#define canGrant(k, l, t) ((asked[l] & bitOf(t)) && machineOf(l) != k && mayVote(k) && startUp[k] == 0 && \
    (until[k] == 0 || isHolder(k, l)) && hasVoteFor(k, l, t) && inTime(isNewRequest(k, l, t)))

/* V5: a heartbeat. */
#ifdef OLD_HEARTBEAT_ACCEPTED_ALWAYS
#define isHeeded(k, l, t) true
#else
#define isHeeded(k, l, t) (t >= term[k] || (vote[k] == l && (holder[k] == 0 || holder[k] == l)))
#endif
#define canFollow(k, l, t) ((beats[l] & bitOf(t)) && machineOf(l) != k && role[k] <= CANDIDATE && isHeeded(k, l, t) && \
    inTime(isNewHeartbeat(k, l, t)))

/* V6: whether Released{l, u} with u >= t can have been said. Of a dead life everything is released
 * once its service has stopped (G3); of a living one what it asked for and lost or ended. */
#define isSaid(m, t) (role[m] == FOLLOWER || role[m] == AMNESIC || (role[m] == CANDIDATE && t < term[m]) || \
    ((role[m] == ENGAGED || role[m] == DEAD) && t < token[m]))
#if defined(TOO_EARLY)
#define isReleased(l, t) (l < lifeOf(machineOf(l)) || isSaid(machineOf(l), t) || t <= early[machineOf(l)])
#elif defined(RELEASED_WITHOUT_TERM)
#define isReleased(l, t) (l < lifeOf(machineOf(l)) || said[machineOf(l)])
#elif defined(RELEASED_WITHOUT_INCARNATION)
#define isReleased(l, t) (restarts[machineOf(l)] > 0 || isSaid(machineOf(l), t))
#elif defined(RELEASED_BEFORE_PLAN) /* G3 */
#define isReleased(l, t) (l < lifeOf(machineOf(l)) || isSaid(machineOf(l), t) || role[machineOf(l)] == DEAD)
#else
#define isReleased(l, t) (l < lifeOf(machineOf(l)) || isSaid(machineOf(l), t))
#endif

/* ---- the calm: claims 5 to 7 ----
 *
 * The faults end at some moment. From then on nothing crashes, hangs or is lost, what is sent arrives before the
 * next tick, what the timers say happens when they say so, and what was sent before does not arrive any
 * more. Stops take as long as they may, nobody hears of a Released, and the first to stand is any of those
 * that may (in the daemon, the first in order). Four terms are kept for it; claim 7 is that they are enough.
 */
#ifdef CALM
#define inTime(condition) (!isCalm || (condition))
#define wouldGrant(k, c) (k != c && role[k] == FOLLOWER && startUp[k] == 0 && (until[k] == 0 || holder[k] == lifeOf(c)))
/* C1, C2: the others wait their turn while one asks; a majority grants the pre-vote. */
#define isAsking(k) (role[k] == CANDIDATE && lease[k] == L)
#ifdef NO_PRE_VOTE
#define wouldWin(k) true
#else
#define wouldWin(k) (wouldGrant(0, k) || wouldGrant(1, k) || wouldGrant(2, k))
#endif
#define isTurn(k) (!isAsking(0) && !isAsking(1) && !isAsking(2) && wouldWin(k))
#define highestTerm max(term[0], max(term[1], term[2]))
/* M4 */
#define hasNoVoteFor(k, m) (role[k] != DEAD && (term[k] > term[m] || (renewal[m] != 0 && term[k] == term[m] && vote[k] != lifeOf(m))))
#define seesHigherNumber(m) (hasNoVoteFor(0, m) || hasNoVoteFor(1, m) || hasNoVoteFor(2, m))
/* What is new: a request of this moment or a repeated one of M4, a heartbeat of this moment. */
#define isNewRequest(k, l, t) (l == lifeOf(machineOf(l)) && (term[k] != t || vote[k] != l || holder[k] != l) && \
    ((isAsking(machineOf(l)) && term[machineOf(l)] == t) || (leads(machineOf(l)) && renewal[machineOf(l)] == t)))
#define isNewHeartbeat(k, l, t) (l == lifeOf(machineOf(l)) && leads(machineOf(l)) && beatTerm[machineOf(l)] == t && \
    (holder[k] != l || until[k] < P || lease[machineOf(l)] < L))
#else
#define inTime(condition) true
#endif

/* ---- the options of one message: CASES(canGrant) is one for each life and term ---- */

#define CASE(can, l, t) :: can(i, l, t) -> x = l * 8 + t
#if TERMS == 2
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2)
#elif TERMS == 3
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2) CASE(can, l, 3)
#elif TERMS == 4
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2) CASE(can, l, 3) CASE(can, l, 4)
#elif TERMS == 5
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2) CASE(can, l, 3) CASE(can, l, 4) CASE(can, l, 5)
#elif TERMS == 6
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2) CASE(can, l, 3) CASE(can, l, 4) CASE(can, l, 5) CASE(can, l, 6)
#else
#define CASES_OF(can, l) CASE(can, l, 1) CASE(can, l, 2) CASE(can, l, 3) CASE(can, l, 4) CASE(can, l, 5) CASE(can, l, 6) CASE(can, l, 7)
#endif
#if LIVES == 1
#define CASES(can) CASES_OF(can, 1) CASES_OF(can, 2) CASES_OF(can, 3)
#elif LIVES == 2
#define CASES(can) CASES_OF(can, 1) CASES_OF(can, 2) CASES_OF(can, 3) CASES_OF(can, 4) CASES_OF(can, 5) CASES_OF(can, 6)
#else
#define CASES(can) CASES_OF(can, 1) CASES_OF(can, 2) CASES_OF(can, 3) CASES_OF(can, 4) CASES_OF(can, 5) CASES_OF(can, 6) \
    CASES_OF(can, 7) CASES_OF(can, 8) CASES_OF(can, 9)
#endif

/* Any higher term: C2 takes one more than the highest that it heard, M4 one more than it saw. */
inline chooseHigherTerm(m, t)
{
    if
    :: !isCalm && term[m] < 1 -> t = 1
    :: !isCalm && term[m] < 2 -> t = 2
#if TERMS_OF_FAULTS >= 3
    :: !isCalm && term[m] < 3 -> t = 3
#endif
#if TERMS_OF_FAULTS >= 4
    :: !isCalm && term[m] < 4 -> t = 4
#endif
#ifdef CALM
    :: isCalm -> assert(highestTerm < TERMS); /* Claim 7 */ t = highestTerm + 1
#endif
    fi
}

/* A message that no machine can heed any more is forgotten, so that states which differ only in such
 * messages are one. Terms never fall, except when a file is lost. */
#define canStillGrant(k, l, t) (machineOf(l) != k && hasVoteFor(k, l, t))
#ifdef OLD_HEARTBEAT_ACCEPTED_ALWAYS
#define canStillFollow(k, l, t) (machineOf(l) != k)
#else
#define canStillFollow(k, l, t) (machineOf(l) != k && (t >= term[k] || vote[k] == l))
#endif
#ifdef VOTE_NOT_DURABLE
#define termsMayFall true
#elif LOSSES
#define termsMayFall (losses < LOSSES || role[0] == AMNESIC || role[1] == AMNESIC || role[2] == AMNESIC)
#else
#define termsMayFall false
#endif
inline forgetStale()
{
    if
    :: termsMayFall
    :: else ->
        for (l1 : 1 .. N * LIVES) {
            for (t1 : 1 .. TERMS) {
                if
                :: (asked[l1] & bitOf(t1)) && !canStillGrant(0, l1, t1) && !canStillGrant(1, l1, t1) && !canStillGrant(2, l1, t1) ->
                    asked[l1] = asked[l1] - bitOf(t1)
                :: else
                fi
            }
            /* A living one may yet ask for the vote that makes V5 heed its older heartbeats. */
            if
            :: beats[l1] != 0 && asked[l1] == 0 && l1 < lifeOf(machineOf(l1)) ->
                for (t1 : 1 .. TERMS) {
                    if
                    :: (beats[l1] & bitOf(t1)) && !canStillFollow(0, l1, t1) && !canStillFollow(1, l1, t1) && !canStillFollow(2, l1, t1) ->
                        beats[l1] = beats[l1] - bitOf(t1)
                    :: else
                    fi
                }
            :: else
            fi
        }
    fi
}

/* All voters are alike, so states that differ only in which is called which are one: the machines are
 * put in the order of all that is known of them by themselves. The numbers of machines then mean nothing
 * from one step to the next; runs whose steps shall be read do without. */
#ifdef SORTED
#define keyOf(m) (((((((((((role[m] * 8 + term[m]) * 8 + until[m]) * 8 + startUp[m]) * 4 + lease[m]) * 8 + token[m]) * 4 + restarts[m]) * 8 + \
    promised[m]) * 8 + renewal[m]) * 4 + renewalAge[m]) * 2 + (holder[m] == lifeOf(m))) * 2 + (vote[m] == lifeOf(m)))
#define swap(array, a, b) s1 = array[a]; array[a] = array[b]; array[b] = s1
#define renamed(l, a, b) ((l) == 0 -> 0 : (machineOf(l) == a -> (l) + (b - a) * LIVES : (machineOf(l) == b -> (l) - (b - a) * LIVES : (l))))
inline sortPair(a, b)
{
    if
    :: keyOf(a) > keyOf(b) ->
        swap(term, a, b);
        swap(vote, a, b);
        swap(role, a, b);
        swap(restarts, a, b);
        swap(startUp, a, b);
        swap(holder, a, b);
        swap(promised, a, b);
        swap(until, a, b);
        swap(token, a, b);
        swap(beatTerm, a, b);
        swap(lease, a, b);
        swap(renewal, a, b);
        swap(renewalAge, a, b);
        swap(isActive, a, b);
#ifdef TRAVEL
        swap(granted, a, b);
        swap(young0, a, b);
        swap(young1, a, b);
        swap(ack0, a, b);
        swap(ack1, a, b);
#endif
#if LOSSES
        swap(heard, a, b);
        swap(waits, a, b);
#endif
#ifdef ONE_VOTE
        swap(lastTerm, a, b);
        swap(lastVote, a, b);
        for (m1 : 0 .. N - 1) { lastVote[m1] = renamed(lastVote[m1], a, b) }
#endif
        for (m1 : 0 .. N - 1) {
            vote[m1] = renamed(vote[m1], a, b);
            holder[m1] = renamed(holder[m1], a, b)
        }
        for (l1 : 1 .. LIVES) {
            swap(asked, a * LIVES + l1, b * LIVES + l1);
            swap(beats, a * LIVES + l1, b * LIVES + l1)
        }
    :: else
    fi
}
#endif
inline tidy()
{
    d_step {
        forgetStale();
#ifdef SORTED
        sortPair(0, 1);
#ifndef WITNESS
        sortPair(1, 2);
        sortPair(0, 1);
#endif
        s1 = 0;
#endif
        m1 = 0;
        l1 = 0;
        t1 = 0
    }
}

#define i _pid
active [N] proctype Machine()
{
    byte x, j; /* a message, the machine that it concerns; 0 between the steps */

end:
    do
    :: atomic {
    if
    :: atomic { canCampaign(i) -> /* C1, C2 */
        chooseHigherTerm(i, x);
        d_step {
            printf("%d asks for votes, term %d\n", i, x);
            askForVotes(i, x);
            role[i] = CANDIDATE;
            lease[i] = L;
            x = 0
        } }

    :: d_step { role[i] == CANDIDATE && !isCalm -> giveUp(i) } /* C3 */

#ifdef TRAVEL
    :: d_step { role[i] == CANDIDATE && granted[i] && lease[i] >= D -> win(i, term[i]) }
#ifdef START_AFTER_LEASE
    :: d_step { role[i] == ENGAGED && !isActive[i] -> start(i) }
#else
    :: d_step { leads(i) && !isActive[i] -> start(i) } /* M2 */
#endif
    :: d_step { leads(i) && (young0[i] & bitOf(beatTerm[i])) == 0 -> sendHeartbeat(i) } /* M1 */
    :: d_step { leads(i) && ack0[i] -> ack0[i] = false; ack1[i] = false; extendLease(i, L) } /* M1 */
#ifdef LEASE_FROM_RECEIPT
    :: d_step { leads(i) && ack1[i] -> ack1[i] = false; extendLease(i, L) }
#else
    :: d_step { leads(i) && ack1[i] -> reached(LATE_ACK); ack1[i] = false; extendLease(i, L - 1) }
#endif
    :: d_step { leads(i) && renewal[i] != 0 && granted[i] -> winRenewal(i) } /* M4 */
#endif

    :: d_step { role[i] == ENGAGED && inTime(lease[i] == 0) -> /* M3, M5 */
        printf("%d has stopped its service\n", i);
#ifdef CALM
        assert(!isCalm || calmTicks < CALM); /* Claim 6 */
#endif
        endMandate(i) }
#ifdef RELEASED_BEFORE_STOPPED
    :: d_step { role[i] == ENGAGED && early[i] == 0 ->
        printf("%d begins to stop and says so\n", i);
        lease[i] = (lease[i] >= D -> D - 1 : lease[i]);
        dropPromise(i);
        early[i] = term[i] }
#endif

#ifdef FENCE_ON_HIGHER_TERM
    :: d_step { leads(i) && (isCalm || term[i] < TERMS_OF_FAULTS) && inTime(seesHigherNumber(i)) -> lease[i] = D - 1 }
#else
    :: atomic { leads(i) && (isCalm || term[i] < TERMS_OF_FAULTS) && inTime(seesHigherNumber(i)) -> /* M4 */
        chooseHigherTerm(i, x);
        d_step {
            printf("%d asks for a new mandate, term %d\n", i, x);
#ifdef RELEASED_DURING_RENEWAL
            early[i] = beatTerm[i];
#endif
            askForVotes(i, x);
            renewal[i] = x;
            renewalAge[i] = L;
            x = 0
        } }
#endif

    :: atomic { if CASES(canGrant) fi; /* V1, V2, V3 */
        d_step {
            j = machineOf(x / 8);
            printf("%d votes for %d, term %d\n", i, j, x % 8);
            castVote(i, x / 8, x % 8);
#ifndef VOTE_MAKES_NO_PROMISE
            makePromise(i, x / 8, x % 8);
#endif
            if
            :: lifeOf(j) != x / 8 /* the answer is for a former life */
            :: lifeOf(j) == x / 8 && role[j] == CANDIDATE && term[j] == x % 8 && lease[j] >= D ->
#ifdef TRAVEL
                granted[j] = true
#else
                win(j, x % 8)
#endif
            :: lifeOf(j) == x / 8 && leads(j) && renewal[j] == x % 8 ->
#ifdef TRAVEL
                granted[j] = true
#else
                winRenewal(j)
#endif
#ifdef WIN_AFTER_RELEASED
            :: lifeOf(j) == x / 8 && role[j] == FOLLOWER && lost[j] == x % 8 && lease[j] >= D -> win(j, x % 8)
#endif
            :: else /* C3: a late vote is ignored */
            fi;
            j = 0;
            x = 0
        } }

    :: atomic { if CASES(canFollow) fi; /* V5 */
        d_step {
            j = machineOf(x / 8);
            printf("%d acknowledges the heartbeat of %d, term %d\n", i, j, x % 8);
            if :: x % 8 < term[i] -> reached(OLD_HEARTBEAT_ACCEPTED) :: else fi;
            if :: role[i] == CANDIDATE -> reached(DEPOSED_CANDIDATE); giveUp(i) :: else fi; /* C3 */
            if
            :: x % 8 > term[i] ->
#ifndef HEARTBEAT_RAISES_NO_TERM
                term[i] = x % 8;
                vote[i] = 0
#ifdef VOTE_NOT_DURABLE
                ; diskTerm[i] = term[i]; diskVote[i] = 0
#endif
#endif
                skip
            :: else
            fi;
#ifndef ACK_MAKES_NO_PROMISE
            makePromise(i, x / 8, x % 8); /* V1 */
#endif
            if
            :: lifeOf(j) == x / 8 && leads(j) ->
#ifdef TRAVEL
                if
                :: young0[j] & bitOf(x % 8) -> ack0[j] = true
                :: !(young0[j] & bitOf(x % 8)) && (young1[j] & bitOf(x % 8)) -> ack1[j] = true
                :: else
                fi
#else
                if :: x % 8 == beatTerm[j] -> extendLease(j, L) :: else fi
#endif
            :: else
            fi;
            j = 0;
            x = 0
        } }

    :: d_step { !isCalm && holder[i] != 0 && machineOf(holder[i]) != i && isReleased(holder[i], promised[i]) -> /* V6 */
        printf("%d hears that %d is released\n", i, machineOf(holder[i]));
        reached(PROMISE_RELEASED);
        dropPromise(i) }

    /* A crash of the daemon, or of the machine, where the guard's work needs no time. */
    :: d_step { role[i] != DEAD && crashes < CRASHES && !isCalm ->
        printf("%d crashes\n", i);
        crashes++;
        if
        :: isActive[i] ->
            role[i] = DEAD;
            dropPromise(i);
            startUp[i] = 0;
            beatTerm[i] = 0;
            renewal[i] = 0;
            renewalAge[i] = 0
#if LOSSES
            ; waits[i] = false
        :: role[i] == AMNESIC ->
            restart(i);
            role[i] = AMNESIC;
            isLeased = false;
            for (m1 : 0 .. N - 1) { heard[m1] = 0; waits[m1] = false }
#endif
        :: else -> restart(i)
        fi;
        m1 = 0 }

    :: d_step { role[i] == DEAD && inTime(lease[i] == 0) -> /* G3 */
        printf("%d: the guard has stopped the service\n", i);
        if :: lease[i] == 0 -> reached(GUARD_AT_DEADLINE) :: else fi;
        restart(i) }

#if LOSSES
    /* V4 */
    :: d_step { losses < LOSSES && !isCalm && restarts[i] > 0 && startUp[i] == P && role[i] == FOLLOWER ->
        printf("%d has lost its file\n", i);
        losses++;
        term[i] = 0;
        vote[i] = 0;
        dropPromise(i);
#ifndef NO_RECOVERY
        role[i] = AMNESIC
#endif
        }
#define asks(k) (role[k] == AMNESIC && startUp[k] == 0)
#define OTHER(o) \
    :: d_step { asks(i) && (role[o] <= CANDIDATE || (role[o] == ENGAGED && !leads(o))) && heard[o] != term[o] + 1 -> \
        printf("%d answers %d: term %d\n", o, i, term[o]); heard[o] = term[o] + 1 } \
    :: d_step { asks(i) && leads(o) && !waits[o] -> \
        printf("%d asks the master %d\n", i, o); waits[o] = true }
    OTHER((i + 1) % N)
    OTHER((i + 2) % N)
#ifdef RECOVERY_FROM_MAJORITY
    :: d_step { role[i] == AMNESIC && (isLeased || heard[(i + 1) % N] != 0 || heard[(i + 2) % N] != 0) ->
#else
    :: d_step { role[i] == AMNESIC && (isLeased || (heard[(i + 1) % N] != 0 && heard[(i + 2) % N] != 0)) ->
#endif
        if :: isLeased -> reached(RECOVERED_BY_MASTER) :: else -> reached(RECOVERED_BY_ALL) fi;
        m1 = max(heard[(i + 1) % N], heard[(i + 2) % N]);
        term[i] = m1 - 1;
        vote[i] = 0;
        role[i] = FOLLOWER;
        printf("%d has recovered, term %d\n", i, term[i]);
        isLeased = false;
        for (m1 : 0 .. N - 1) { heard[m1] = 0; waits[m1] = false }
        m1 = 0 }
#endif
    fi;
    tidy()
    }
    od
}

/* G3, A3: what is active has stopped by q + L, whatever became of the daemon. */
#if defined(STOP_OVERRUNS)
#define mustStop(m) false
#elif defined(NO_GUARD)
#define mustStop(m) (isActive[m] && lease[m] == 0 && role[m] != DEAD)
#else
#define mustStop(m) (isActive[m] && lease[m] == 0)
#endif

#define canTick (!mustStop(0) && !mustStop(1) && !mustStop(2))

#define countDown(x) x = (x > 0 -> x - 1 : 0)

inline comeBack(m)
{
    d_step {
        printf("%d was cut off and comes back, term %d\n", m, highestTerm + 1);
        hasReturned = true;
        assert(highestTerm < TERMS);
        term[m] = highestTerm + 1;
        vote[m] = lifeOf(m);
        dropPromise(m)
    }
}

active proctype Time()
{
end:
    do
#ifdef CALM
    :: d_step { !isCalm -> printf("the faults end\n"); isCalm = true }
#define mayTick (canTick && (!isCalm || timeout))
#else
#define mayTick canTick
#endif
    :: atomic { mayTick ->
        d_step {
            printf("tick\n");
#ifdef CALM
            if
            :: isCalm && calmTicks < CALM -> calmTicks++
            :: isCalm && calmTicks == CALM -> assert(isActive[0] || isActive[1] || isActive[2]) /* Claim 5 */
            :: else
            fi;
#endif
            for (m1 : 0 .. N - 1) {
                countDown(lease[m1]);
                countDown(renewalAge[m1]);
                countDown(startUp[m1]);
                if :: until[m1] == 1 -> dropPromise(m1) :: else -> countDown(until[m1]) fi;
#ifdef TRAVEL
                young1[m1] = young0[m1];
                young0[m1] = 0;
#ifdef LEASE_FROM_RECEIPT
                ack1[m1] = ack0[m1] | ack1[m1];
#else
                ack1[m1] = ack0[m1];
#endif
                ack0[m1] = false;
#endif
                /* Who cannot win or start any more has nothing to wait for (C3, M2). */
                if
                :: role[m1] == CANDIDATE && lease[m1] < D -> giveUp(m1)
#ifndef START_AFTER_LEASE
                :: role[m1] == ENGAGED && !isActive[m1] && lease[m1] < D -> endMandate(m1)
#endif
                :: else
                fi
            }
            m1 = 0
        };
#ifdef CALM
        /* Promise 4: once, a machine comes back that was cut off and has a higher term. */
        if
        :: true
        :: isCalm && calmTicks == CALM && !hasReturned && role[0] == FOLLOWER -> comeBack(0)
        :: isCalm && calmTicks == CALM && !hasReturned && role[1] == FOLLOWER -> comeBack(1)
        :: isCalm && calmTicks == CALM && !hasReturned && role[2] == FOLLOWER -> comeBack(2)
        fi;
#endif
        tidy() }
    od
}
