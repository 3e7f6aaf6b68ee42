<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>clustd::monitor::ActionDialog</name>
    <message>
        <source>the next in order</source>
        <translation>按顺序的下一台</translation>
    </message>
    <message>
        <source>%1 (in maintenance: end it)</source>
        <translation>%1（维护中：结束维护）</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>目标(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Machine</source>
        <translation>机器(&amp;M)</translation>
    </message>
    <message>
        <source>30 minutes</source>
        <translation>30 分钟</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>2 hours</source>
        <translation>2 小时</translation>
    </message>
    <message>
        <source>8 hours</source>
        <translation>8 小时</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message>
        <source>until somebody ends it</source>
        <translation>直到有人结束</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <translation>时长(&amp;F)</translation>
    </message>
    <message>
        <source>kernel update</source>
        <translation>内核更新</translation>
    </message>
    <message>
        <source>&amp;Reason</source>
        <translation>原因(&amp;R)</translation>
    </message>
    <message>
        <source>What will happen</source>
        <translation>将会发生什么</translation>
    </message>
    <message>
        <source>Switch over %1</source>
        <translation>计划切换 %1</translation>
    </message>
    <message>
        <source>Switch over</source>
        <translation>计划切换</translation>
    </message>
    <message>
        <source>Maintenance in %1</source>
        <translation>%1 中的维护</translation>
    </message>
    <message>
        <source>Begin maintenance</source>
        <translation>开始维护</translation>
    </message>
    <message>
        <source>Pause %1</source>
        <translation>暂停 %1</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume %1</source>
        <translation>恢复 %1</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Asking what will happen …</source>
        <translation>正在询问将会发生什么 …</translation>
    </message>
    <message>
        <source>Not possible: %1</source>
        <translation>无法执行：%1</translation>
    </message>
    <message>
        <source>The services stop on %1 and start on %2. Between the two they are not served for a moment.</source>
        <translation>服务将在 %1 上停止，并在 %2 上启动。其间服务会短暂不可用。</translation>
    </message>
    <message>
        <source>End maintenance</source>
        <translation>结束维护</translation>
    </message>
    <message>
        <source>%1 may be master again. Nothing moves now.</source>
        <translation>%1 可以再次成为主机。现在不会有任何切换。</translation>
    </message>
    <message>
        <source>%1 will not become master. %2 stays master; it has one machine less to fall back on.</source>
        <translation>%1 不会成为主机。主机仍为：%2；可供接替的机器少一台。</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Not possible: %1 is master and nobody can take over: %2</source>
        <translation>无法执行：%1 是主机，且没有机器可以接替：%2</translation>
    </message>
    <message>
        <source>%1 is master now: the services stop there and start on %2. Then %1 will not become master until the maintenance ends.</source>
        <translation>%1 现在是主机：服务将在其上停止，并在 %2 上启动。此后直到维护结束，%1 不会成为主机。</translation>
    </message>
    <message>
        <source>Nothing moves by itself any more: when %1 fails, nobody takes over until somebody resumes. Your own switchovers still work.</source>
        <translation>不再自动切换：%1 发生故障时，在有人恢复之前不会有机器接替。手动的计划切换仍然有效。</translation>
    </message>
    <message>
        <source>the master</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>The cluster acts by itself again; if no machine is master now, one will be elected.</source>
        <translation>集群重新自动运作；如果现在没有主机，将选举一台。</translation>
    </message>
    <message>
        <source>%1 is master instead of %2</source>
        <translation>%1 取代 %2 成为主机</translation>
    </message>
    <message>
        <source>%1 is in maintenance</source>
        <translation>%1 处于维护中</translation>
    </message>
    <message>
        <source>the maintenance of %1 has ended</source>
        <translation>%1 的维护已结束</translation>
    </message>
    <message>
        <source>the cluster is paused</source>
        <translation>集群已暂停</translation>
    </message>
    <message>
        <source>the cluster acts by itself again</source>
        <translation>集群重新自动运作</translation>
    </message>
    <message>
        <source>Working …</source>
        <translation>正在执行 …</translation>
    </message>
    <message>
        <source>It was refused: %1</source>
        <translation>已被拒绝：%1</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::AdminDialog</name>
    <message>
        <source>Allow actions on %1</source>
        <translation>允许对 %1 执行操作</translation>
    </message>
    <message>
        <source>Actions need an admin&apos;s token (clustd token admin NAME). It is used until you lock again or close the monitor, and kept nowhere.</source>
        <translation>操作需要管理员令牌（clustd token admin NAME）。令牌在重新锁定或关闭监视器之前有效，不会保存在任何地方。</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>this is not an admin&apos;s token; make one with: clustd token admin NAME</source>
        <translation>这不是管理员令牌；创建方法：clustd token admin NAME</translation>
    </message>
    <message>
        <source>this token is for the cluster &apos;%1&apos;, not for &apos;%2&apos;</source>
        <translation>此令牌用于集群“%1”，而非“%2”</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::CardCells</name>
    <message>
        <source>last heard: %1</source>
        <translation>最后得知：%1</translation>
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
        <translation>尚无测量数据</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Charts</name>
    <message>
        <source>%1 min</source>
        <translation>%1 分</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ChartsView</name>
    <message>
        <source>1 min</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>Show the last minute</source>
        <translation>显示最近一分钟</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 分钟</translation>
    </message>
    <message>
        <source>Show the last ten minutes</source>
        <translation>显示最近十分钟</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>Show the last hour</source>
        <translation>显示最近一小时</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Show all that is known</source>
        <translation>显示所有已知数据</translation>
    </message>
    <message>
        <source>Back to now</source>
        <translation>回到现在</translation>
    </message>
    <message>
        <source>Show the newest again (End)</source>
        <translation>重新显示最新数据 (End)</translation>
    </message>
    <message>
        <source>Round trip per link</source>
        <translation>各连接的往返时间</translation>
    </message>
    <message>
        <source>Lease margin</source>
        <translation>租约余量</translation>
    </message>
    <message>
        <source>Jitter per link</source>
        <translation>各连接的抖动</translation>
    </message>
    <message>
        <source>Failover gaps</source>
        <translation>故障切换中断时间</translation>
    </message>
    <message numerus="yes">
        <source>%n links, the worst in colour</source>
        <translation>
            <numerusform>%n 个连接，最差的以彩色显示</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n links</source>
        <translation>
            <numerusform>%n 个连接</numerusform>
        </translation>
    </message>
    <message>
        <source>A journal holds no measurements</source>
        <translation>日志不包含测量数据</translation>
    </message>
    <message>
        <source>nothing measured yet</source>
        <translation>尚无测量数据</translation>
    </message>
    <message>
        <source>nothing measured in this time</source>
        <translation>此时段内无测量数据</translation>
    </message>
    <message>
        <source>now %1, lowest %2</source>
        <translation>当前 %1，最低 %2</translation>
    </message>
    <message>
        <source>whole lease %1</source>
        <translation>完整租约 %1</translation>
    </message>
    <message>
        <source>%1 again after %2</source>
        <translation>%1 在 %2 后再次成为主机</translation>
    </message>
    <message>
        <source>%1 → %2 in %3</source>
        <translation>%1 → %2，用时 %3</translation>
    </message>
    <message>
        <source>no change of master is known</source>
        <translation>没有已知的主机变更</translation>
    </message>
    <message>
        <source>last %1</source>
        <translation>最近一次 %1</translation>
    </message>
    <message>
        <source>no change of master in this time; the last, %1 before its end, took %2</source>
        <translation>此时段内没有主机变更；最近一次在时段结束前 %1，用时 %2</translation>
    </message>
    <message>
        <source>no change of master in this time</source>
        <translation>此时段内没有主机变更</translation>
    </message>
    <message>
        <source>promised %1</source>
        <translation>承诺 %1</translation>
    </message>
    <message>
        <source>fencing begins here</source>
        <translation>从此处开始强制停止</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ClusterConnection</name>
    <message>
        <source>%1 says nothing; what is shown is old</source>
        <translation>%1 没有响应；显示的内容已过时</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ClusterModel</name>
    <message>
        <source>(not met yet)</source>
        <translation>（尚未见过）</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>%1 of %2 started</source>
        <translation>已启动 %1/%2</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康状况</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>任期</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>往返时间</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>丢包</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Up for</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>Drivers</source>
        <translation>驱动</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::ConnectDialog</name>
    <message>
        <source>Add a cluster</source>
        <translation>添加集群</translation>
    </message>
    <message>
        <source>Name any machine of the cluster; the others are found through it. An observer&apos;s token can look and nothing else.</source>
        <translation>指定集群中的任意一台机器；其他机器将通过它找到。观察者令牌只能查看，不能做其他操作。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Several addresses are separated by blanks.</source>
        <translation>多个地址以空格分隔。</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Keep a typed token in the desktop&apos;s keyring</source>
        <translation>将输入的令牌保存在桌面密钥环中(&amp;K)</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Connect to %1</source>
        <translation>连接到 %1</translation>
    </message>
    <message>
        <source>an address is missing; use ws://HOST:PORT</source>
        <translation>缺少地址；格式为 ws://HOST:PORT</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::DriverCard</name>
    <message>
        <source>%1, sick</source>
        <translation>%1，异常</translation>
    </message>
    <message>
        <source>Driver %1: %2, %3</source>
        <translation>驱动 %1：%2，%3</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::EventList</name>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>The newest first. Enter shows the cluster as it was then, W asks why.</source>
        <translation>最新的在前。按 Enter 显示集群当时的状态，按 W 询问原因。</translation>
    </message>
    <message>
        <source>Show the cluster as it was then</source>
        <translation>显示集群当时的状态</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Only events of %1</source>
        <translation>仅 %1 的事件</translation>
    </message>
    <message>
        <source>Usual columns</source>
        <translation>默认列</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::EventModel</name>
    <message>
        <source>why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>任期 %1</translation>
    </message>
    <message>
        <source>What led to this event (W)</source>
        <translation>导致此事件的原因 (W)</translation>
    </message>
    <message>
        <source>%1, %2, term %3, %4: %5</source>
        <translation>%1，%2，任期 %3，%4：%5</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>任期</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::HeaderView</name>
    <message>
        <source>Switch over …</source>
        <translation>计划切换 …</translation>
    </message>
    <message>
        <source>Move the master&apos;s role to another machine</source>
        <translation>将主机角色移交给另一台机器</translation>
    </message>
    <message>
        <source>Maintenance …</source>
        <translation>维护 …</translation>
    </message>
    <message>
        <source>Keep a machine from being master for a while</source>
        <translation>使一台机器在一段时间内不担任主机</translation>
    </message>
    <message>
        <source>Resume …</source>
        <translation>恢复 …</translation>
    </message>
    <message>
        <source>Pause …</source>
        <translation>暂停 …</translation>
    </message>
    <message>
        <source>Let the cluster act by itself again</source>
        <translation>让集群重新自动运作</translation>
    </message>
    <message>
        <source>The cluster takes no action by itself</source>
        <translation>集群不再自动采取任何动作</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>%1 · read-only</source>
        <translation>%1 · 只读</translation>
    </message>
    <message>
        <source>Actions are allowed with this token. Click to lock them again.</source>
        <translation>使用此令牌可以执行操作。点击可重新锁定。</translation>
    </message>
    <message>
        <source>This monitor only looks. Click to give an admin&apos;s token for actions.</source>
        <translation>此监视器仅供查看。点击可提供管理员令牌以执行操作。</translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>正在连接 …</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>任期 %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 is master&lt;/b&gt;</source>
        <translation>&lt;b&gt;%1 是主机&lt;/b&gt;</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>已持续 %1</translation>
    </message>
    <message>
        <source>not active yet</source>
        <translation>尚未活动</translation>
    </message>
    <message>
        <source>No master</source>
        <translation>无主机</translation>
    </message>
    <message>
        <source>%1 voters, %2 reachable, %3 needed</source>
        <translation>%1 个投票者，%2 个可达，需要 %3 个</translation>
    </message>
    <message>
        <source>no majority: nobody can be elected</source>
        <translation>没有多数：无法选出主机</translation>
    </message>
    <message>
        <source>can lose no more machine</source>
        <translation>不能再失去任何机器</translation>
    </message>
    <message>
        <source>&lt;b&gt;can lose 1 more machine&lt;/b&gt;</source>
        <translation>&lt;b&gt;还可失去 1 台机器&lt;/b&gt;</translation>
    </message>
    <message>
        <source>&lt;b&gt;can lose %1 more machines&lt;/b&gt;</source>
        <translation>&lt;b&gt;还可失去 %1 台机器&lt;/b&gt;</translation>
    </message>
    <message>
        <source>paused: nothing is done by itself</source>
        <translation>已暂停：不会自动执行任何动作</translation>
    </message>
    <message>
        <source>failover within %1</source>
        <translation>故障切换在 %1 内完成</translation>
    </message>
    <message>
        <source>last gap %1</source>
        <translation>最近一次中断 %1</translation>
    </message>
    <message>
        <source>in maintenance: %1</source>
        <translation>维护中：%1</translation>
    </message>
    <message>
        <source>waits for %1</source>
        <translation>正在等待 %1</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警报</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>以及另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>From the journal %1: as it was at %2</source>
        <translation>来自日志 %1：%2 时的状态</translation>
    </message>
    <message>
        <source>You see the past: as it was at %1</source>
        <translation>显示的是过去：%1 时的状态</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>回到实时</translation>
    </message>
    <message>
        <source>Not connected: %1</source>
        <translation>未连接：%1</translation>
    </message>
    <message>
        <source>OUT OF DATE by %1: what you see may not be so any more. %2</source>
        <translation>已过时 %1：所显示的内容可能不再属实。%2</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>被拒绝：%1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>全文</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::KnownClusters</name>
    <message>
        <source>The desktop&apos;s keyring did not give the token: %1. Give it again.</source>
        <translation>桌面密钥环未提供令牌：%1。请重新输入。</translation>
    </message>
    <message>
        <source>The token is not kept for the next time: %1</source>
        <translation>令牌未保存供下次使用：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n lines were left out; the first: %1</source>
        <translation>
            <numerusform>已略过 %n 行；第一行：%1</numerusform>
        </translation>
    </message>
    <message>
        <source>Open a journal</source>
        <translation>打开日志</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LanesWidget</name>
    <message>
        <source>No events yet</source>
        <translation>尚无事件</translation>
    </message>
    <message>
        <source>No cluster</source>
        <translation>无集群</translation>
    </message>
    <message>
        <source>term %1</source>
        <translation>任期 %1</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>What each machine was doing over time. Plus and minus zoom, the arrow keys move, Ctrl with the arrow keys goes from event to event, Escape returns to now.</source>
        <translation>各机器随时间的活动。加号和减号缩放，方向键移动，Ctrl 加方向键在事件之间跳转，Esc 返回现在。</translation>
    </message>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n 个事件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>以及另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>since %1, for %2</source>
        <translation>自 %1 起，持续 %2</translation>
    </message>
    <message>
        <source>Click or drag to see the cluster as it was</source>
        <translation>点击或拖动以查看集群当时的状态</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinkItem</name>
    <message>
        <source>, %1 % lost</source>
        <translation>，丢包 %1 %</translation>
    </message>
    <message>
        <source>suspect: silent for a moment</source>
        <translation>可疑：短暂无声</translation>
    </message>
    <message>
        <source>one way: %1 does not hear %2</source>
        <translation>单向：%1 听不到 %2</translation>
    </message>
    <message>
        <source>down</source>
        <translation>断开</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinkModel</name>
    <message>
        <source>%1 has not told whether it hears %2</source>
        <translation>%1 未报告是否能听到 %2</translation>
    </message>
    <message>
        <source>%1 does not hear %2, but is heard by it</source>
        <translation>%1 听不到 %2，但能被对方听到</translation>
    </message>
    <message>
        <source>%1 does not hear %2</source>
        <translation>%1 听不到 %2</translation>
    </message>
    <message>
        <source>%1 hears %2, round trip %3 ms</source>
        <translation>%1 能听到 %2，往返时间 %3 毫秒</translation>
    </message>
    <message>
        <source>%1 hears %2</source>
        <translation>%1 能听到 %2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Links</name>
    <message>
        <source>one way</source>
        <translation>单向</translation>
    </message>
    <message>
        <source>%1 % lost</source>
        <translation>丢包 %1 %</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::LinksView</name>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>heard</source>
        <translation>听到</translation>
    </message>
    <message>
        <source>slow or lossy</source>
        <translation>缓慢或丢包</translation>
    </message>
    <message>
        <source>silent for a moment</source>
        <translation>短暂无声</translation>
    </message>
    <message>
        <source>one way: heard by it, does not hear it</source>
        <translation>单向：对方能听到，自己听不到对方</translation>
    </message>
    <message>
        <source>not heard</source>
        <translation>听不到</translation>
    </message>
    <message>
        <source>nobody told</source>
        <translation>无人报告</translation>
    </message>
    <message>
        <source>Links: each row hears the columns</source>
        <translation>连接：每一行听各列</translation>
    </message>
    <message>
        <source>Nobody has told yet whom it hears.</source>
        <translation>尚无机器报告它能听到谁。</translation>
    </message>
    <message numerus="yes">
        <source>%n one way</source>
        <translation>
            <numerusform>%n 个单向</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not heard</source>
        <translation>
            <numerusform>%n 个听不到</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n slow, lossy or silent for a moment</source>
        <translation>
            <numerusform>%n 个缓慢、丢包或短暂无声</numerusform>
        </translation>
    </message>
    <message>
        <source>Every machine hears every other one</source>
        <translation>所有机器都能互相听到</translation>
    </message>
    <message numerus="yes">
        <source>%n directions are well; %1</source>
        <translation>
            <numerusform>%n 个方向正常；%1</numerusform>
        </translation>
    </message>
    <message>
        <source>not heard (%1)</source>
        <translation>听不到（%1）</translation>
    </message>
    <message>
        <source>%1 % lost</source>
        <translation>丢包 %1 %</translation>
    </message>
    <message>
        <source>hears →</source>
        <translation>听到 →</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachineItem</name>
    <message>
        <source>maintenance</source>
        <translation>维护</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>异常</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>以及另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>a driver is sick</source>
        <translation>有驱动异常</translation>
    </message>
    <message>
        <source>answers this monitor</source>
        <translation>应答本监视器</translation>
    </message>
    <message>
        <source>master</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>master, not active yet</source>
        <translation>主机，尚未活动</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachinePane</name>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Select a machine</source>
        <translation>请选择一台机器</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>why master</source>
        <translation>为何是主机</translation>
    </message>
    <message>
        <source>role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>term</source>
        <translation>任期</translation>
    </message>
    <message>
        <source>link</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>RTT to peers</source>
        <translation>到其他机器的 RTT</translation>
    </message>
    <message>
        <source>Lease margin</source>
        <translation>租约余量</translation>
    </message>
    <message>
        <source>Drivers</source>
        <translation>驱动</translation>
    </message>
    <message>
        <source>Last events</source>
        <translation>最近事件</translation>
    </message>
    <message>
        <source>%1, lease %2 s of %3 s</source>
        <translation>%1，租约 %2 秒，共 %3 秒</translation>
    </message>
    <message>
        <source>%1, in maintenance</source>
        <translation>%1，维护中</translation>
    </message>
    <message>
        <source>%1, sick</source>
        <translation>%1，异常</translation>
    </message>
    <message>
        <source>(not met yet)</source>
        <translation>（尚未见过）</translation>
    </message>
    <message>
        <source>%1, priority %2</source>
        <translation>%1，优先级 %2</translation>
    </message>
    <message>
        <source>%1, up %2</source>
        <translation>%1，已运行 %2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Machines</name>
    <message>
        <source>As measured by the machine that answers</source>
        <translation>由应答的机器测得</translation>
    </message>
    <message>
        <source>(not met yet)</source>
        <translation>（尚未见过）</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 stopped</source>
        <translation>%1 个已停止</translation>
    </message>
    <message>
        <source>%1 started</source>
        <translation>%1 个已启动</translation>
    </message>
    <message>
        <source>%1 of %2 started</source>
        <translation>已启动 %1/%2</translation>
    </message>
    <message>
        <source>%1, master</source>
        <translation>%1，主机</translation>
    </message>
    <message>
        <source>master</source>
        <translation>主机</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MachinesView</name>
    <message>
        <source>Filter machines</source>
        <translation>筛选机器</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Click sorts, dragging moves, the right button chooses columns</source>
        <translation>点击排序，拖动移动，右键选择列</translation>
    </message>
    <message>
        <source>%1 of %2 machines</source>
        <translation>%1/%2 台机器</translation>
    </message>
    <message>
        <source>1 machine</source>
        <translation>1 台机器</translation>
    </message>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n 台机器</numerusform>
        </translation>
    </message>
    <message>
        <source>Fit widths</source>
        <translation>调整列宽</translation>
    </message>
    <message>
        <source>Usual columns</source>
        <translation>默认列</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::MainWindow</name>
    <message>
        <source>clustd monitor</source>
        <translation>clustd 监视器</translation>
    </message>
    <message>
        <source>&amp;Topology</source>
        <translation>拓扑(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Machines</source>
        <translation>机器(&amp;M)</translation>
    </message>
    <message>
        <source>Alarms of %1</source>
        <translation>%1 的警报</translation>
    </message>
    <message>
        <source>&amp;Cluster</source>
        <translation>集群(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Add a cluster …</source>
        <translation>添加集群(&amp;A) …</translation>
    </message>
    <message>
        <source>&amp;Open a journal …</source>
        <translation>打开日志(&amp;O) …</translation>
    </message>
    <message>
        <source>Open a journal</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Journals (*.jsonl);;All files (*)</source>
        <translation>日志 (*.jsonl);;所有文件 (*)</translation>
    </message>
    <message>
        <source>&amp;Remove this cluster</source>
        <translation>移除此集群(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save a picture …</source>
        <translation>保存图片(&amp;S) …</translation>
    </message>
    <message>
        <source>Save a picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>%1 could not be written</source>
        <translation>无法写入 %1</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Fit the topology</source>
        <translation>使拓扑适合窗口(&amp;F)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>详情(&amp;D)</translation>
    </message>
    <message>
        <source>Time&amp;line</source>
        <translation>时间线(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Actions</source>
        <translation>操作(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Switch over …</source>
        <translation>计划切换(&amp;S) …</translation>
    </message>
    <message>
        <source>&amp;Maintenance …</source>
        <translation>维护(&amp;M) …</translation>
    </message>
    <message>
        <source>&amp;Pause …</source>
        <translation>暂停(&amp;P) …</translation>
    </message>
    <message>
        <source>&amp;Resume …</source>
        <translation>恢复(&amp;R) …</translation>
    </message>
    <message>
        <source>Back to &amp;now</source>
        <translation>回到现在(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>设置(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Notifications …</source>
        <translation>通知(&amp;N) …</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>按键(&amp;K)</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <source>&lt;p&gt;&lt;b&gt;clustd monitor %1&lt;/b&gt;&lt;/p&gt;&lt;p&gt;Shows clusters of clustd as they are. It joins as an observer and never votes.&lt;/p&gt;&lt;p&gt;MIT licence.&lt;/p&gt;</source>
        <translation>&lt;p&gt;&lt;b&gt;clustd 监视器 %1&lt;/b&gt;&lt;/p&gt;&lt;p&gt;如实显示 clustd 集群的状态。它以观察者身份加入，从不投票。&lt;/p&gt;&lt;p&gt;MIT 许可证。&lt;/p&gt;</translation>
    </message>
    <message numerus="yes">
        <source>live through %1 (%2), %n events</source>
        <translation>
            <numerusform>通过 %1 (%2) 实时连接，%n 个事件</numerusform>
        </translation>
    </message>
    <message>
        <source>connecting to %1 …</source>
        <translation>正在连接到 %1 …</translation>
    </message>
    <message>
        <source>out of date; trying %1</source>
        <translation>已过时；正在尝试 %1</translation>
    </message>
    <message>
        <source>refused by %1</source>
        <translation>被 %1 拒绝</translation>
    </message>
    <message>
        <source>encrypted, as %1</source>
        <translation>已加密，身份 %1</translation>
    </message>
    <message numerus="yes">
        <source>journal %1, %n events</source>
        <translation>
            <numerusform>日志 %1，%n 个事件</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 – clustd monitor</source>
        <translation>%1 – clustd 监视器</translation>
    </message>
    <message>
        <source>Actions need a live connection to a cluster</source>
        <translation>操作需要与集群的实时连接</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>已完成：%1</translation>
    </message>
    <message>
        <source>Why: %1</source>
        <translation>原因：%1</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>概览(&amp;O)</translation>
    </message>
    <message>
        <source>Ctrl+0: all clusters; Enter opens one
Ctrl+1 … Ctrl+4: topology, machines, links, charts
Arrow keys: from machine to machine; in the timeline: pan
+ and -: zoom; F: fit the topology
Home, End: all of the timeline, back to now
Enter: go to the moment of an event; W: why it happened
Ctrl+F: search; Esc or Ctrl+L: back to now</source>
        <translation>Ctrl+0：所有集群；Enter 打开其中一个
Ctrl+1 … Ctrl+4：拓扑、机器、连接、图表
方向键：在机器之间移动；在时间线中：平移
+ 和 -：缩放；F：使拓扑适合窗口
Home、End：整个时间线、回到现在
Enter：转到事件发生的时刻；W：事件发生的原因
Ctrl+F：搜索；Esc 或 Ctrl+L：回到现在</translation>
    </message>
    <message>
        <source>Lin&amp;ks</source>
        <translation>连接(&amp;K)</translation>
    </message>
    <message>
        <source>Cha&amp;rts</source>
        <translation>图表(&amp;R)</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>缩小(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Clusters</source>
        <translation>集群(&amp;C)</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::NoticesDialog</name>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Tell me on the desktop when</source>
        <translation>在以下情况时于桌面通知</translation>
    </message>
    <message>
        <source>the &amp;master is lost or changes</source>
        <translation>主机丢失或变更(&amp;M)</translation>
    </message>
    <message>
        <source>the &amp;quorum is lost or comes back</source>
        <translation>法定多数丢失或恢复(&amp;Q)</translation>
    </message>
    <message>
        <source>there is an &amp;alarm</source>
        <translation>出现警报(&amp;A)</translation>
    </message>
    <message>
        <source>a &amp;service is sick</source>
        <translation>服务异常(&amp;S)</translation>
    </message>
    <message>
        <source>a &amp;link goes down</source>
        <translation>连接断开(&amp;L)</translation>
    </message>
    <message>
        <source>but &amp;not from</source>
        <translation>但以下时段除外(&amp;N)</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>免打扰开始</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>免打扰结束</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>nothing is &amp;heard of a cluster any more, or it is heard again</source>
        <translation>集群失去联系或恢复联系(&amp;H)</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Overview</name>
    <message>
        <source>no master</source>
        <translation>无主机</translation>
    </message>
    <message>
        <source>no master since %1</source>
        <translation>自 %1 起无主机</translation>
    </message>
    <message>
        <source>%1 is master</source>
        <translation>%1 是主机</translation>
    </message>
    <message>
        <source>%1 is master since %2</source>
        <translation>%1 自 %2 起是主机</translation>
    </message>
    <message>
        <source>no majority</source>
        <translation>没有多数</translation>
    </message>
    <message>
        <source>can lose no more machine</source>
        <translation>不能再失去任何机器</translation>
    </message>
    <message>
        <source>can lose 1 more machine</source>
        <translation>还可失去 1 台机器</translation>
    </message>
    <message>
        <source>can lose %1 more machines</source>
        <translation>还可失去 %1 台机器</translation>
    </message>
    <message>
        <source>%1 of %2 voters reachable</source>
        <translation>%2 个投票者中 %1 个可达</translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>正在连接 …</translation>
    </message>
    <message>
        <source>Out of date since %1</source>
        <translation>自 %1 起已过时</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>已被拒绝</translation>
    </message>
    <message>
        <source>waiting for the desktop&apos;s keyring</source>
        <translation>正在等待桌面密钥环</translation>
    </message>
    <message>
        <source>Its token is missing</source>
        <translation>缺少令牌</translation>
    </message>
    <message>
        <source>it is to give the token; it may ask for a password</source>
        <translation>由它提供令牌；它可能会询问密码</translation>
    </message>
    <message>
        <source>open it to give the token</source>
        <translation>打开以提供令牌</translation>
    </message>
    <message>
        <source>journal, 1 event</source>
        <translation>日志，1 个事件</translation>
    </message>
    <message>
        <source>journal, %1 events</source>
        <translation>日志，%1 个事件</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>从 %1 到 %2</translation>
    </message>
    <message>
        <source>last heard: %1</source>
        <translation>最后得知：%1</translation>
    </message>
    <message>
        <source>waiting for the keyring</source>
        <translation>等待密钥环</translation>
    </message>
    <message>
        <source>token missing</source>
        <translation>缺少令牌</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>已被拒绝</translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>已过时</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Journals</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>No cluster yet</source>
        <translation>尚无集群</translation>
    </message>
    <message>
        <source>no cluster is watched</source>
        <translation>没有正在监视的集群</translation>
    </message>
    <message>
        <source>a cluster&apos;s state, its master and its past will be seen here</source>
        <translation>此处将显示集群的状态、主机和历史</translation>
    </message>
    <message>
        <source>Waiting for the desktop&apos;s keyring</source>
        <translation>正在等待桌面密钥环</translation>
    </message>
    <message>
        <source>The cluster needs help</source>
        <translation>集群需要处理</translation>
    </message>
    <message>
        <source>1 of %1 clusters needs help</source>
        <translation>%1 个集群中有 1 个需要处理</translation>
    </message>
    <message>
        <source>%1 of %2 clusters need help</source>
        <translation>%2 个集群中有 %1 个需要处理</translation>
    </message>
    <message>
        <source>The cluster needs a look</source>
        <translation>集群需要查看</translation>
    </message>
    <message>
        <source>1 of %1 clusters needs a look</source>
        <translation>%1 个集群中有 1 个需要查看</translation>
    </message>
    <message>
        <source>%1 of %2 clusters need a look</source>
        <translation>%2 个集群中有 %1 个需要查看</translation>
    </message>
    <message>
        <source>Connecting …</source>
        <translation>正在连接 …</translation>
    </message>
    <message>
        <source>The cluster is not heard</source>
        <translation>听不到集群</translation>
    </message>
    <message>
        <source>1 of %1 clusters is not heard</source>
        <translation>%1 个集群中有 1 个听不到</translation>
    </message>
    <message>
        <source>%1 of %2 clusters are not heard</source>
        <translation>%2 个集群中有 %1 个听不到</translation>
    </message>
    <message>
        <source>The cluster is well</source>
        <translation>集群一切正常</translation>
    </message>
    <message>
        <source>All %1 clusters are well</source>
        <translation>全部 %1 个集群一切正常</translation>
    </message>
    <message>
        <source>each has its master; nothing needs to be done</source>
        <translation>每个集群都有主机；无需处理</translation>
    </message>
    <message>
        <source>keyring …</source>
        <translation>密钥环 …</translation>
    </message>
    <message>
        <source>1 needs help</source>
        <translation>1 个需要处理</translation>
    </message>
    <message>
        <source>%1 need help</source>
        <translation>%1 个需要处理</translation>
    </message>
    <message>
        <source>1 needs a look</source>
        <translation>1 个需要查看</translation>
    </message>
    <message>
        <source>%1 need a look</source>
        <translation>%1 个需要查看</translation>
    </message>
    <message>
        <source>1 not heard</source>
        <translation>1 个听不到</translation>
    </message>
    <message>
        <source>%1 not heard</source>
        <translation>%1 个听不到</translation>
    </message>
    <message>
        <source>all are well</source>
        <translation>一切正常</translation>
    </message>
    <message>
        <source>not heard</source>
        <translation>听不到</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::OverviewView</name>
    <message>
        <source>All clusters</source>
        <translation>所有集群</translation>
    </message>
    <message>
        <source>Name any machine of a cluster, and see all of it.</source>
        <translation>指定集群中任意一台机器，即可看到整个集群。</translation>
    </message>
    <message>
        <source>Add a cluster …</source>
        <translation>添加集群 …</translation>
    </message>
    <message>
        <source>Open a journal …</source>
        <translation>打开日志 …</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Sidebar</name>
    <message>
        <source>CLUSTERS</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>集群</translation>
    </message>
    <message>
        <source>Add a cluster …</source>
        <translation>添加集群 …</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message numerus="yes">
        <source>journal, %n events</source>
        <translation>
            <numerusform>日志，%n 个事件</numerusform>
        </translation>
    </message>
    <message>
        <source>connecting …</source>
        <translation>正在连接 …</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>no master</source>
        <translation>无主机</translation>
    </message>
    <message>
        <source>no quorum</source>
        <translation>无法定多数</translation>
    </message>
    <message>
        <source>naive</source>
        <translation>朴素选举</translation>
    </message>
    <message>
        <source>can lose %1</source>
        <translation>可失去 %1 台</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::SparklineLabel</name>
    <message>
        <source>nothing measured yet</source>
        <translation>尚无测量数据</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Theme</name>
    <message>
        <source>All is well</source>
        <translation>一切正常</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>降级运行</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Not served</source>
        <translation>服务不可用</translation>
    </message>
    <message>
        <source>No quorum</source>
        <translation>无法定多数</translation>
    </message>
    <message>
        <source>No master</source>
        <translation>无主机</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>follower</source>
        <translation>跟随者</translation>
    </message>
    <message>
        <source>candidate</source>
        <translation>候选者</translation>
    </message>
    <message>
        <source>promoting</source>
        <translation>正在升为主机</translation>
    </message>
    <message>
        <source>active</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>demoting</source>
        <translation>正在卸任主机</translation>
    </message>
    <message>
        <source>fencing</source>
        <translation>强制停止</translation>
    </message>
    <message>
        <source>maintenance</source>
        <translation>维护</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>不可达</translation>
    </message>
    <message>
        <source>voter</source>
        <translation>投票者</translation>
    </message>
    <message>
        <source>witness</source>
        <translation>见证者</translation>
    </message>
    <message>
        <source>standby</source>
        <translation>备用</translation>
    </message>
    <message>
        <source>this one answers</source>
        <translation>由本机应答</translation>
    </message>
    <message>
        <source>up</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>suspect</source>
        <translation>可疑</translation>
    </message>
    <message>
        <source>down</source>
        <translation>断开</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>not heard of yet</source>
        <translation>尚无消息</translation>
    </message>
    <message>
        <source>down or not heard</source>
        <translation>断开或听不到</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>started</source>
        <translation>已启动</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>election by quorum</source>
        <translation>按法定多数选举</translation>
    </message>
    <message>
        <source>naive election: split brain is possible</source>
        <translation>朴素选举：可能出现脑裂</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 天 %2 小时</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Time in view</source>
        <translation>显示时段</translation>
    </message>
    <message>
        <source>How much time is in view</source>
        <translation>显示多长时间</translation>
    </message>
    <message>
        <source>last 10 min</source>
        <translation>最近 10 分钟</translation>
    </message>
    <message>
        <source>last 60 min</source>
        <translation>最近 60 分钟</translation>
    </message>
    <message>
        <source>last 24 h</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>last 7 d</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Search events</source>
        <translation>搜索事件</translation>
    </message>
    <message>
        <source>Words of the machine, the event or its text (Ctrl+F)</source>
        <translation>机器、事件或其文本中的词 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Which events are shown</source>
        <translation>显示哪些事件</translation>
    </message>
    <message>
        <source>Who is master</source>
        <translation>谁是主机</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Drivers and services</source>
        <translation>驱动和服务</translation>
    </message>
    <message>
        <source>What people asked for</source>
        <translation>人工请求</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警报</translation>
    </message>
    <message>
        <source>Starts and ends of machines</source>
        <translation>机器的启动和结束</translation>
    </message>
    <message>
        <source>However small</source>
        <translation>无论多小</translation>
    </message>
    <message>
        <source>Worth knowing</source>
        <translation>值得了解</translation>
    </message>
    <message>
        <source>Warnings and worse</source>
        <translation>警告及更严重</translation>
    </message>
    <message>
        <source>Only what stopped the service</source>
        <translation>仅导致服务停止的事件</translation>
    </message>
    <message>
        <source>Only the chosen machine</source>
        <translation>仅所选机器</translation>
    </message>
    <message>
        <source>Only the time in view</source>
        <translation>仅显示时段</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Filter ▾</source>
        <translation>筛选 ▾</translation>
    </message>
    <message>
        <source>Filter (%1) ▾</source>
        <translation>筛选 (%1) ▾</translation>
    </message>
    <message>
        <source>Filter: all kinds of events are shown</source>
        <translation>筛选：显示所有类型的事件</translation>
    </message>
    <message>
        <source>Filter: some events are hidden</source>
        <translation>筛选：部分事件已隐藏</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 个事件</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 个事件</translation>
    </message>
    <message>
        <source>%1 of %2 events</source>
        <translation>%1/%2 个事件</translation>
    </message>
    <message>
        <source>end</source>
        <translation>末尾</translation>
    </message>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>The end of the journal is shown</source>
        <translation>正在显示日志末尾</translation>
    </message>
    <message>
        <source>Go to the end of the journal (Escape)</source>
        <translation>转到日志末尾 (Esc)</translation>
    </message>
    <message>
        <source>The present is shown and goes on</source>
        <translation>正在显示并持续更新当前状态</translation>
    </message>
    <message>
        <source>Not connected: this is what was heard last</source>
        <translation>未连接：这是最后收到的状态</translation>
    </message>
    <message>
        <source>Return to now (Escape)</source>
        <translation>返回现在 (Esc)</translation>
    </message>
    <message>
        <source>as it was at %1</source>
        <translation>%1 时的状态</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TokenFields</name>
    <message>
        <source>Token file</source>
        <translation>令牌文件</translation>
    </message>
    <message>
        <source>made by: clustd token observer NAME</source>
        <translation>创建方法：clustd token observer NAME</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>浏览 …</translation>
    </message>
    <message>
        <source>Token &amp;file</source>
        <translation>令牌文件(&amp;F)</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>or the &amp;token itself</source>
        <translation>或令牌本身(&amp;T)</translation>
    </message>
    <message>
        <source>no token is given</source>
        <translation>未提供令牌</translation>
    </message>
    <message>
        <source>an admin makes one with: clustd token observer NAME</source>
        <translation>由管理员创建：clustd token observer NAME</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::TopologyView</name>
    <message>
        <source>Topology</source>
        <translation>拓扑</translation>
    </message>
    <message>
        <source>lease %1 s of %2 s</source>
        <translation>租约 %1 秒，共 %2 秒</translation>
    </message>
    <message>
        <source>No cluster</source>
        <translation>无集群</translation>
    </message>
    <message>
        <source>Connecting …</source>
        <translation>正在连接 …</translation>
    </message>
    <message>
        <source>Nothing is known of this moment</source>
        <translation>对此时刻一无所知</translation>
    </message>
    <message numerus="yes">
        <source>%n healthy or less urgent links are not drawn; choose a machine to see its own</source>
        <translation>
            <numerusform>有 %n 个健康或不太紧急的连接未绘出；选择一台机器可查看其连接</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Tray</name>
    <message>
        <source>Open the monitor</source>
        <translation>打开监视器</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>clustd monitor</source>
        <translation>clustd 监视器</translation>
    </message>
    <message>
        <source>%1: %2 is master</source>
        <translation>%1：%2 是主机</translation>
    </message>
    <message>
        <source>term %1. %2</source>
        <translation>任期 %1。%2</translation>
    </message>
    <message>
        <source>%1: the master is lost</source>
        <translation>%1：主机丢失</translation>
    </message>
    <message>
        <source>%1: %2 lost the quorum</source>
        <translation>%1：%2 失去法定多数</translation>
    </message>
    <message>
        <source>%1: %2 has a quorum again</source>
        <translation>%1：%2 恢复法定多数</translation>
    </message>
    <message>
        <source>%1: alarm on %2</source>
        <translation>%1：%2 上有警报</translation>
    </message>
    <message>
        <source>%1: %2 is sick</source>
        <translation>%1：%2 异常</translation>
    </message>
    <message>
        <source>%1: a link of %2 is down</source>
        <translation>%1：%2 的一个连接已断开</translation>
    </message>
    <message>
        <source>%1: heard again</source>
        <translation>%1：已恢复联系</translation>
    </message>
    <message>
        <source>%1 answers, after %2 without a word.</source>
        <translation>%1 在沉默 %2 后恢复应答。</translation>
    </message>
    <message>
        <source>%1: nothing is heard any more</source>
        <translation>%1：已失去联系</translation>
    </message>
    <message>
        <source>No machine has answered for %1: what the monitor shows is out of date. %2</source>
        <translation>%1 内没有机器应答：所显示的内容已过时。%2</translation>
    </message>
</context>
<context>
    <name>clustd::monitor::Troubles</name>
    <message>
        <source>%1 is unreachable</source>
        <translation>%1 不可达</translation>
    </message>
    <message>
        <source>%1 is unreachable — check its power or the link to %2</source>
        <translation>%1 不可达 — 请检查其电源或到 %2 的连接</translation>
    </message>
    <message>
        <source>%1 is refused — %2</source>
        <translation>%1 被拒绝 — %2</translation>
    </message>
    <message>
        <source>%1 is sick — see its drivers</source>
        <translation>%1 异常 — 请查看其驱动</translation>
    </message>
</context>
</TS>
