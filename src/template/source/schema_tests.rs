//! Schemas as tools' text: those that a model is given, and none else.

use super::tests::{read, text};
use crate::template::Template;

fn of_tools(file: &str, code: &str) -> Vec<(String, String)> {
    let told = |template: &Template| (template.name.clone().unwrap_or_default(), text(template));
    let is_of_tool = |template: &&Template| template.messages.iter().all(|message| message.role == "tool");
    read(file, code).templates.iter().filter(is_of_tool).map(told).collect()
}

#[test]
fn a_class_that_a_model_fills_is_one_text() {
    let class = "class Person(BaseModel):\n    '''A person of the text.'''\n    name: str = Field(description='Name as written')\n    \
        born: Annotated[int, Field(description='Year of birth')]\n\n";
    let schema = [("Person.schema".to_owned(), "A person of the text.\nName as written\nYear of birth".to_owned())];
    for given in [
        "client.create(response_model=Person)",
        "llm.with_structured_output(Person)",
        "Agent(output_type=list[Person])",
        "client.create(tools=[Person])",
        "client.create(functions=[Person.openai_schema])",
    ] {
        assert_eq!(of_tools("a.py", &format!("{class}{given}\n")), schema, "{given}");
    }
    let renamed = class.replace("Field(", "PydanticField(");
    assert_eq!(of_tools("a.py", &format!("{renamed}client.create(response_model=Person)\n")), schema);
    // An object made of the class is not given to a model.
    assert_eq!(of_tools("a.py", &format!("{class}def f():\n    one = Person(name='Ann')\n    return Desk(one)\n")), []);
    let route = "@router.get('/one', response_model=Person)\ndef one():\n    return find()\n";
    assert_eq!(of_tools("a.py", &format!("{class}{route}")), []);
    // The documentation of a web interface.
    assert_eq!(of_tools("a.py", &format!("{class}app.include(Person)\n")), []);
}

#[test]
fn a_schema_of_zod_is_one_text() {
    let answer = "const answer = z.object({score: z.number().min(0).describe('From 0 to 10'), why: z.string().describe('The reason')})\n";
    let schema = [("answer".to_owned(), "From 0 to 10\nThe reason".to_owned())];
    assert_eq!(of_tools("a.ts", &format!("{answer}await generateObject({{model, schema: answer}})\n")), schema);
    assert_eq!(of_tools("a.ts", &format!("{answer}useForm(zodResolver(answer))\n")), []);
    let inline = "const judge = llm.withStructuredOutput(z.object({ok: z.boolean().describe('The text is fine')}))\n";
    assert_eq!(of_tools("a.ts", inline), [("judge.schema".to_owned(), "The text is fine".to_owned())]);
}

#[test]
fn a_tool_is_one_text_with_its_parameters() {
    let zod = "export const weather = tool({description: 'Tell the weather', inputSchema: z.object({place: z.string().describe('A town')})})\n";
    assert_eq!(of_tools("a.ts", zod), [("weather.description".to_owned(), "Tell the weather\nA town".to_owned())]);
    let json = "TOOL = {'name': 'add', 'description': 'Add two numbers', 'parameters': {'type': 'object', 'properties': {'a': {'description': 'The first'}}}}\n";
    assert_eq!(of_tools("a.py", json), [("TOOL.description".to_owned(), "Add two numbers\nThe first".to_owned())]);
    let class = "class Search(BaseTool):\n    name = 'search'\n    description = 'Search the web'\n";
    assert_eq!(of_tools("a.py", class), [("Search.schema".to_owned(), "Search the web".to_owned())]);
}

#[test]
fn a_class_with_a_docstring_alone_and_a_signature_of_dspy_are_one_text_each() {
    let class = "class Ships(BaseModel):\n    '''The ships that a text names.'''\n    names: list[str]\n\n";
    let schema = [("Ships.schema".to_owned(), "The ships that a text names.".to_owned())];
    assert_eq!(of_tools("a.py", &format!("{class}llm.with_structured_output(Ships)\n")), schema);
    assert_eq!(of_tools("a.py", &format!("{class}save(Ships)\n")), []);
    let signature = "class Judge(dspy.Signature):\n    '''Judge if the answer is right.'''\n    question = dspy.InputField()\n    \
                     fair = dspy.OutputField(desc='yes or no')\n";
    let found: Vec<String> = read("a.py", signature).templates.iter().map(text).collect();
    assert_eq!(found, ["Judge if the answer is right.\nyes or no"]);
}
