#include "config/yaml_document.h"

#include <QStringDecoder>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace clustd::config {
namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype kMaxBytes = qsizetype{1024} * 1024;
// An alias may point to what contains it, and few aliases can stand for very many values.
constexpr int kMaxDepth = 32;
constexpr int kMaxValues = 10'000;

int lineOf(const YAML::Mark &mark)
{
    return mark.line < 0 ? 0 : mark.line + 1;
}

// The reader's own messages name no text of the file, so none can hold a secret.
YamlFault syntaxFault(const YAML::Exception &exception)
{
    const int line = lineOf(exception.mark);
    const QString message = QString::fromStdString(exception.msg);
    if (message.contains(u"EOF in scalar"))
        return {line, u"this is not YAML: a quote is still open at the end of the file"_s,
            u"close it; the values before this line may have swallowed others"_s};
    return {line, u"this is not YAML: "_s + message,
        u"see the indentation, quotes and colons here and on the line before"_s};
}

/// Says where documents begin, and forgets what is in them.
class DocumentStarts : public YAML::EventHandler
{
public:
    std::vector<YAML::Mark> marks;

    void OnDocumentStart(const YAML::Mark &mark) override { marks.push_back(mark); }
    void OnDocumentEnd() override { }
    void OnNull(const YAML::Mark &, YAML::anchor_t) override { }
    void OnAlias(const YAML::Mark &, YAML::anchor_t) override { }
    void OnScalar(
        const YAML::Mark &, const std::string &, YAML::anchor_t, const std::string &) override
    {
    }
    void OnSequenceStart(
        const YAML::Mark &, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
    }
    void OnSequenceEnd() override { }
    void OnMapStart(
        const YAML::Mark &, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
    }
    void OnMapEnd() override { }
};

/// Where the first two documents of @p text begin. (YAML::LoadAll() of 0.7 does not advance over a
/// ',' or '}' outside of any list: it takes each look at it for one more document, without end.)
std::vector<YAML::Mark> documentStarts(const std::string &text)
{
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentStarts starts;
    while (starts.marks.size() < 2 && parser.HandleNextDocument(starts)) { }
    return starts.marks;
}

class Converter
{
public:
    explicit Converter(YamlDocument &document)
        : m_document(document)
    {
    }

    YamlNode convert(const YAML::Node &from, int depth)
    {
        YamlNode node;
        node.line = lineOf(from.Mark());
        if (m_isTooMuch || depth > kMaxDepth || ++m_values > kMaxValues) {
            if (!m_isTooMuch)
                m_document.faults.push_back(
                    {node.line, u"values stand too deep inside one another, or are too many"_s,
                        u"remove YAML aliases (*name) or split the file"_s});
            m_isTooMuch = true;
            return node;
        }
        if (from.IsScalar()) {
            node.kind = YamlNode::Kind::Scalar;
            node.text = QString::fromStdString(from.Scalar());
        } else if (from.IsSequence()) {
            node.kind = YamlNode::Kind::List;
            for (auto item = from.begin(); item != from.end() && !m_isTooMuch; ++item)
                node.children.push_back(convert(*item, depth + 1));
        } else if (from.IsMap()) {
            node.kind = YamlNode::Kind::Map;
            for (auto entry = from.begin(); entry != from.end() && !m_isTooMuch; ++entry)
                convertEntry(entry->first, entry->second, depth, node);
        }
        return node;
    }

private:
    void convertEntry(const YAML::Node &key, const YAML::Node &value, int depth, YamlNode &map)
    {
        const int line = lineOf(key.Mark());
        if (!key.IsScalar()) {
            m_document.faults.push_back({line, u"a key is no text"_s, u"write it as key: value"_s});
            return;
        }
        YamlNode child = convert(value, depth + 1);
        child.key = QString::fromStdString(key.Scalar());
        child.line = line;
        map.children.push_back(std::move(child));
    }

    YamlDocument &m_document;
    int m_values = 0;
    bool m_isTooMuch = false; ///< What aliases stand for may be endless: nothing further is read
};

} // namespace

QString kindText(YamlNode::Kind kind)
{
    switch (kind) {
    case YamlNode::Kind::Null:
        return u"empty"_s;
    case YamlNode::Kind::Scalar:
        return u"a single value"_s;
    case YamlNode::Kind::List:
        return u"a list"_s;
    case YamlNode::Kind::Map:
        return u"a map of keys"_s;
    }
    return {};
}

YamlDocument parseYaml(const QByteArray &bytes)
{
    YamlDocument document;
    if (bytes.size() > kMaxBytes) {
        document.faults.push_back(
            {0, u"the file is larger than 1 MiB"_s, u"see that it is a configuration of clustd"_s});
        return document;
    }
    QStringDecoder decoder(QStringDecoder::Utf8);
    for (qsizetype begin = 0, line = 1; begin < bytes.size(); ++line) {
        qsizetype end = bytes.indexOf('\n', begin);
        end = end < 0 ? bytes.size() : end + 1;
        const QString text = decoder(QByteArrayView(bytes).sliced(begin, end - begin));
        if (decoder.hasError() || text.contains(QChar(u'\0'))) {
            document.faults.push_back({static_cast<int>(line), u"the line is not UTF-8 text"_s,
                u"save the file as UTF-8"_s});
            return document;
        }
        begin = end;
    }

    try {
        // yaml-cpp 0.7 takes a quote that is still open after the last line feed for closed. A
        // comment at the end changes no value, but within a quote it makes the end show.
        const std::string text = (bytes + (bytes.endsWith('\n') ? "#" : "\n#")).toStdString();
        const std::vector<YAML::Mark> starts = documentStarts(text);
        if (starts.size() > 1) {
            const bool isStuck = starts[0].pos == starts[1].pos;
            document.faults.push_back({lineOf(starts[1]),
                isStuck ? u"this is not YAML: a ',' or a bracket outside of any list"_s
                        : u"a second YAML document begins"_s,
                isStuck ? u"remove it, or quote the text that begins with it"_s
                        : u"keep one; remove the '---' before it"_s});
        } else if (!starts.empty()) {
            document.root = Converter(document).convert(YAML::Load(text), 0);
        }
    } catch (const YAML::Exception &exception) {
        document.faults.push_back(syntaxFault(exception));
    } catch (const std::exception &exception) {
        document.faults.push_back(
            {0, u"the YAML reader gave up: "_s + QString::fromUtf8(exception.what()),
                u"see that the file is a configuration of clustd"_s});
    }
    return document;
}

} // namespace clustd::config
