// Prints as JSON what the official client's methods take and return, by its
// TypeScript declarations. The arguments are the methods' paths from the client.
// Each has {params, result}, where params are those of the request's query or
// body, or null. A type is an object with, as far as they apply:
//
//   null      whether it may be null
//   simple    which of string, number, boolean and unknown it may be
//   values    the strings that it may be, if not any
//   items     the type of the elements, if it may be an array
//   entries   the type of the values, if it may be an object with any names
//   fields    by name {optional, type}, if it may be an object with these
//   several   whether it may be one of several objects, not all with the same
//             fields; then fields are those of all, optional if one lacks them
import ts from 'typescript';

const entry = 'types-entry.ts';
const host = ts.createCompilerHost({});
const readSource = host.getSourceFile.bind(host);
host.getSourceFile = (name, ...rest) => name === entry
  ? ts.createSourceFile(name, `import Featurebase from 'featurebase-node'; export declare const client: Featurebase;`, ts.ScriptTarget.ESNext)
  : readSource(name, ...rest);
const program = ts.createProgram([entry], {
  strict: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ESNext, types: [], noEmit: true,
}, host);
const checker = program.getTypeChecker();
const source = program.getSourceFile(entry);
const client = checker.getTypeOfSymbol(checker.getExportsOfModule(checker.getSymbolAtLocation(source))[0]);

function property(type, name) {
  const symbol = checker.getPropertyOfType(type, name);
  if (!symbol) throw new Error(`there is no ${name} in ${checker.typeToString(type)}`);
  return checker.getTypeOfSymbol(symbol);
}

function method(path) {
  const signatures = path.split('.').reduce(property, client).getCallSignatures();
  if (signatures.length !== 1) throw new Error(`${path} has ${signatures.length} signatures`);
  const [signature] = signatures;
  const params = signature.getParameters().find(({ name }) => name === 'params');
  return {
    params: params ? describe(checker.getNonNullableType(checker.getTypeOfSymbol(params))) : null,
    result: describe(checker.getAwaitedType(signature.getReturnType())),
  };
}

// describe adds to d, if given, what else a type may be.
function describe(type, d = {}) {
  for (const part of type.isUnion() ? type.types : [type]) add(d, part);
  d.simple?.sort();
  if (d.values) d.values = [...new Set(d.values)].sort();
  return d;
}

function add(d, type) {
  const simple = (name) => { d.simple = [...new Set([...(d.simple ?? []), name])]; };
  const { flags } = type;
  if (flags & ts.TypeFlags.Undefined) return;
  if (flags & ts.TypeFlags.Null) d.null = true;
  else if (flags & ts.TypeFlags.Unknown) simple('unknown');
  else if (flags & ts.TypeFlags.StringLiteral) (d.values ??= []).push(type.value);
  else if (flags & ts.TypeFlags.String) simple('string');
  else if (flags & ts.TypeFlags.Number) simple('number');
  else if (flags & ts.TypeFlags.BooleanLike) simple('boolean');
  else if (checker.isArrayType(type)) d.items = describe(checker.getTypeArguments(type)[0], d.items);
  else if (flags & ts.TypeFlags.Object) object(d, type);
  else throw new Error(`don't know ${checker.typeToString(type)}`);
}

function object(d, type) {
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  if (index) {
    d.entries = describe(index, d.entries);
    return;
  }
  const before = d.fields;
  d.fields = {};
  for (const symbol of checker.getPropertiesOfType(type)) {
    const hidden = symbol.declarations?.some((node) =>
      ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected));
    const of = checker.getTypeOfSymbol(symbol);
    const inPath = symbol.getDocumentationComment(checker).some(({ text }) => text.startsWith('Path param:'));
    // Pages have methods; the version is a header; some are part of the path.
    if (hidden || inPath || of.getCallSignatures().length || symbol.name === 'Featurebase-Version' || symbol.name.startsWith('#')) continue;
    const other = before?.[symbol.name];
    d.fields[symbol.name] = {
      optional: Boolean((before ? other?.optional ?? true : false) || symbol.flags & ts.SymbolFlags.Optional),
      type: describe(of, other?.type),
    };
  }
  const names = (fields) => Object.keys(fields).sort().join();
  if (!before || names(before) === names(d.fields)) return;
  d.several = true;
  for (const [name, field] of Object.entries(before)) d.fields[name] ??= { ...field, optional: true };
}

console.log(JSON.stringify(Object.fromEntries(process.argv.slice(2).map((path) => [path, method(path)]))));
