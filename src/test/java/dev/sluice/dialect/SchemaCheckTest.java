package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.RawJson;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCheckTest { // check 93
    private static final String PERSON = """
            {"type":"object","additionalProperties":false,"required":["name","tags"],"properties":{
             "name":{"type":"string"},"age":{"type":["integer","null"]},"kind":{"enum":["a","b",1]},"v":{"const":1},
             "tags":{"type":"array","maxItems":2,"items":{"$ref":"#/$defs/tag"}},
             "next":{"anyOf":[{"type":"null"},{"$ref":"#"}]}},
             "$defs":{"tag":{"type":"object","required":["t"],"properties":{"t":{"type":"number"}}}}}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'x','tags':[]}",
                " {'tags':[{'t':1},{'t':2.5,'more':1}],'name':'x','age':null,'kind':'b','v':1.0} ",
                "{'name':'x','tags':[],'age':3.0,'kind':1,'next':null}",
                "{'name':'x','tags':[],'next':{'name':'y','tags':[]}}"
            })
    void letsPassWhatFits(String answer) {
        assertThat(mistake(answer, PERSON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello | the answer is not one JSON value",
                "{'name':'x','tags':[]} {} | the answer is not one JSON value",
                "[] | $ must be of type 'object' and is an array",
                "{'name':'x'} | $ lacks the required member 'tags'",
                "{'name':7,'tags':[]} | $.name must be of type 'string' and is a number",
                "{'name':'x','tags':[],'age':1.5} | $.age must be of type ['integer','null'] and is a number",
                "{'name':'x','tags':[],'kind':'c'} | $.kind must be one of ['a','b',1]",
                "{'name':'x','tags':[],'v':2} | $.v must be 1",
                "{'name':'x','tags':[{'t':1},{}]} | $.tags[1] lacks the required member 't'",
                "{'name':'x','tags':[{'t':1},{'t':1},{'t':1}]} | $.tags must have at most 2 items",
                "{'name':'x','tags':[],'other':1} | $.other is not allowed",
                "{'name':'x','tags':[],'next':4} | no allowed form fits, for the first one $.next must be of type 'null' and is a number"
            })
    void saysInOneSentenceWhatIsWrong(String answer, String words) {
        assertThat(mistake(answer, PERSON)).contains(words.replace('\'', '"'));
    }

    @Test
    void takesNothingForAMistakeThatItCannotJudge() {
        assertThat(mistake("{'a':1}", "{'properties':{'a':{'minimum':5,'multipleOf':2}}}"))
                .isEmpty();
        assertThat(mistake("7", "{'$ref':'https://example.org/schema'}")).isEmpty();
        assertThat(mistake("7", "true")).isEmpty();
        assertThat(mistake("7", "not a schema")).isEmpty();
        assertThat(mistake("'x'", "{'type':'invented'}")).isEmpty();
        assertThat(mistake("{'a':1}", "{'additionalProperties':false,'patternProperties':{'^a':{}}}"))
                .isEmpty();
    }

    @Test
    void knowsAnEmptyAnswerAndAForbiddenOne() {
        assertThat(mistake(" \n", "{}")).contains("the answer is empty");
        assertThat(mistake("1", "false")).contains("$ is not allowed");
    }

    @Test
    void endsWhateverTheSchemaAndTheAnswerAre() {
        assertThat(mistake("1", "{'$ref':'#'}")).isEmpty();
        assertThat(mistake("1", "{'anyOf':[{'$ref':'#'},{'$ref':'#'}]}")).isEmpty();
        String bush = "{'allOf':[{'$ref':'#/a'},{'$ref':'#/a'}],'a':{'allOf':[{'$ref':'#'},{'$ref':'#'}]}}";
        assertThat(mistake("1", bush)).isEmpty();
        assertThat(mistake("[".repeat(5_000), "{}")).isPresent();
        assertThat(mistake("x".repeat(2_000_000), "{}")).isEmpty();
        String deep = "{'abcdefghij':".repeat(40) + "1" + "}".repeat(40);
        assertThat(mistake(deep, "{'type':'object','additionalProperties':{'$ref':'#'}}"))
                .contains("a deep member must be of type \"object\" and is a number");
    }

    private static Optional<String> mistake(String answer, String schema) {
        return SchemaCheck.mistake(answer.replace('\'', '"'), new RawJson(schema.replace('\'', '"')));
    }
}
